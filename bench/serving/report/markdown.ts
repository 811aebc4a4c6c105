/** Tables. */
export const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

export const table = (head: readonly string[], rows: readonly string[]) =>
  [row(...head), `|${'---|'.repeat(head.length)}`, ...rows].join('\n');

/** Two digits at the least. */
export const short = (value: number) => (value < 10 ? value.toFixed(1) : `${Math.round(value)}`);

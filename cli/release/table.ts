import type { Recorded } from './record';

const HEAD = ['#', 'when', 'status', 'image', 'commit', 'who'];

const status = ({ status: word, of }: Recorded) => (of === undefined ? word : `${word}, as ${of}`);
const person = ({ who, user }: Recorded) => (user === undefined ? who : `${who}, as ${user}`);

/** A line for each release, and beneath one that has failed the reason. */
export function table(entries: readonly Recorded[]): string {
  const rows = entries.map((entry) => [
    `${entry.number}`,
    `${entry.when.slice(0, 16).replace('T', ' ')}Z`,
    status(entry),
    entry.image,
    entry.revision ?? '-',
    person(entry),
  ]);
  const widths = HEAD.map((head, column) => Math.max(...[HEAD, ...rows].map((row) => (row[column] ?? head).length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const reasons = entries.map(({ reason }) => (reason === undefined ? [] : reason.split('\n').map((one) => `    ${one}`)));
  return [line(HEAD), ...rows.flatMap((row, index) => [line(row), ...(reasons[index] ?? [])])].join('\n');
}

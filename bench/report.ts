/** Results in `docs/performance.md`: a section for each benchmark, written by it alone. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const PAGE = join(__dirname, '../docs/performance.md');
const LEAD = `# Performance

Written by the benchmarks in \`bench/\`. Goals are ratios against something else in the same run, pair by pair in turn: the
median, with the least and the most in brackets. Absolute figures depend on the machine, and are there to show the size.
`;

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The median of a list, with the least and the most. */
export const spread = (values: readonly number[], unit = '') =>
  `${median(values).toFixed(2)}${unit} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

export const verdict = (reached: boolean) => (reached ? 'reached' : '**missed**');

export const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`;

/** Puts a section into the page, in place of the one that is there. */
export function report(title: string, body: string): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : LEAD;
  const section = `## ${title}\n\n${body.trim()}\n`;
  const others = page.split(/^(?=## )/m).filter((part) => !part.startsWith(`## ${title}\n`));
  writeFileSync(PAGE, [...others.map((part) => part.trimEnd()), section].join('\n\n'));
}

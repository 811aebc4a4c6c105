/** A report for a terminal. */
import { CLASSES } from '../classes';
import { amountRows } from './amounts';
import { sections, type Report } from './report';

/** Words in lines of that width; all but the first are indented. */
export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `${indent}${word}`);
  }
  return lines;
}

/** Most objects of a sentence that are named. */
const NAMED = 4;

function named(objects: readonly string[]): string {
  const more = objects.length - NAMED;
  return more > 1 ? `${objects.slice(0, NAMED).join(', ')} and ${more} more` : objects.join(', ');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** @param width columns of the terminal */
export function text(report: Report, width: number): string {
  const { environment, against, worst, consequences, notes } = report;
  if (!worst) return `${environment}: nothing differs from ${against}`;
  const blocks = sections(consequences).map((section) => [
    `${section.class}: ${CLASSES[section.class].means}`,
    ...section.items.flatMap(({ objects, says }) => wrapped(`  ${named(objects)}: ${says}`, width, '    ')),
  ]);
  const amounts = amountRows(report);
  const asked = amounts.length > 0 ? [table([['asked for', 'before', 'after'], ...amounts])] : [];
  const heading = [`${environment}, against ${against}; at the worst: ${worst}`];
  return [heading, ...blocks, ...asked, ...notes.map((note) => wrapped(note, width, '  '))].map((lines) => lines.join('\n')).join('\n\n');
}

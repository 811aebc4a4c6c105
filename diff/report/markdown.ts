/** A report for a pull request. */
import { CLASSES } from '../classes';
import { amountRows } from './amounts';
import { sections, type Report } from './report';

/** Text that Markdown takes as it is. */
const plain = (text: string) => text.replace(/[\\*_[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');

export function markdown(report: Report): string {
  const { environment, against, worst, consequences, notes } = report;
  if (!worst) return `**${plain(environment)}**: nothing differs from ${plain(against)}.`;
  const blocks = sections(consequences).flatMap((section) => [
    `#### ${section.class}\n\n${CLASSES[section.class].means}`,
    section.items.map(({ objects, says }) => `- **${plain(objects.join(', '))}**: ${plain(says)}`).join('\n'),
  ]);
  const rows = amountRows(report).map((row) => `| ${row.map(plain).join(' | ')} |`);
  const asked = rows.length > 0 ? [['| asked for | before | after |', '|---|---|---|', ...rows].join('\n')] : [];
  const heading = `### ${plain(environment)}, against ${plain(against)}: ${worst}`;
  return [heading, ...blocks, ...asked, ...notes.map(plain)].join('\n\n');
}

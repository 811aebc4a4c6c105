/** Commands as the pages have them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/stack';

/** The first block of a page of docs/ that this text stands in: between fences, or four spaces in. */
export function block(page: string, text: string): string {
  const blocks = readFileSync(join(ROOT, 'docs', page), 'utf8').match(/^```\w*\n[^]*?^```$|(?:^ {4}.*\n)+/gm) ?? [];
  const found = blocks.find((one) => one.includes(text));
  if (found === undefined) throw new Error(`docs/${page} has no commands with ${text}`);
  return found.startsWith('```') ? found.replace(/^```\w*\n|```$/g, '') : found.replaceAll(/^ {4}/gm, '');
}

/** The line of such a block that has this text. */
export const line = (page: string, text: string): string =>
  block(page, text)
    .split('\n')
    .find((one) => one.includes(text)) ?? '';

/** The command that stands in the README's table beside what somebody did with docker-compose. */
export function insteadOf(habit: string): string {
  const row = readFileSync(join(ROOT, 'README.md'), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`| \`${habit}\` |`));
  const command = /`(npm run [^`]+)`/.exec(row ?? '')?.[1];
  if (command === undefined) throw new Error(`the README has no command in place of ${habit}`);
  return command;
}

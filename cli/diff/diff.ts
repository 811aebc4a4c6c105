/** `npm run diff <environment>`: what applying the environment, as it is now, will do. */
import { CLASSES, asBadAs, type ClassName } from '../../diff/classes';
import { markdown } from '../../diff/report/markdown';
import { report, type Report } from '../../diff/report/report';
import { text } from '../../diff/report/text';
import { manifestsOf } from '../../constructs/compose';
import { environmentNamed, ROOT, tell } from '../command';
import { columnsOf } from '../screen';
import { compared } from './against';

export const FORMATS = ['text', 'json', 'markdown'] as const;

export interface DiffOptions {
  /** A revision of Git, a folder or file of manifests, or `cluster`. */
  readonly against: string;
  readonly format: (typeof FORMATS)[number];
  /** Classes that are less bad than this one end the command with 0.
   * @default - each class ends it with its own exit code */
  readonly failOn?: ClassName;
}

const WRITERS: Record<DiffOptions['format'], (of: Report) => string> = {
  text: (of) => text(of, columnsOf()),
  json: (of) => JSON.stringify(of, undefined, 2),
  markdown,
};

/**
 * Tells what will happen, worst first.
 * @returns the exit code: of the worst class, or 0
 * @throws CommandError when there is nothing to compare with, ConfigError when the environment has problems
 */
export async function diff(name: string | undefined, { against, format, failOn = 'cosmetic' }: DiffOptions, root = ROOT): Promise<number> {
  const environment = environmentNamed(name, root);
  const sides = await compared({ against, environment, root, after: manifestsOf(environment, root) });
  const told = report({ environment: environment.name, against, ...sides });
  tell(WRITERS[format](told));
  return told.worst && asBadAs(told.worst, failOn) ? CLASSES[told.worst].exitCode : 0;
}

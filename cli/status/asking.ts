/** What the cluster is asked. */
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import { ofKind, type Found } from './objects';
import { GATE } from './signs';
import { lineKey, speakers, type Lines } from './subjects';

const KINDS = ['pods', 'deployments.apps', 'statefulsets.apps', 'jobs.batch', 'cronjobs.batch', 'persistentvolumeclaims', 'events'];
/** Lines of a log in which the telling one is looked for. */
const TAIL = 60;

/** What somebody may not see, or what is not there. */
export interface Unknown {
  readonly unknown: string;
}

/** What is asked for, or why it cannot be had. */
export async function ifKnown<T>(ask: () => Promise<T>): Promise<T | Unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CommandError) return { unknown: error.message.split('\n')[0] ?? '' };
    throw error;
  }
}

export const isUnknown = (one: unknown): one is Unknown => typeof one === 'object' && one !== null && 'unknown' in one;

/** Every object of the namespace that counts. */
export const objects = async (kubectl: Asking): Promise<Found[]> => (await kubectl.json<{ items: Found[] }>('get', KINDS.join(','))).items;

/** What migrate.py says in the end, or an exception of Python. */
const TELLING = /^(?:(?:migrate|migration \S+) failed: |(?:\w+\.)*\w*(?:Error|Exception|ImproperlyConfigured)\b)/;

/** The last line that tells why a program has ended, or else the last line. */
export function telling(log: string): string | undefined {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.filter((line) => TELLING.test(line)).at(-1) ?? lines.at(-1);
}

const log = (kubectl: Asking, pod: string, container: string, previous: boolean) =>
  kubectl.run(['logs', pod, '--container', container, `--tail=${TAIL}`, ...(previous ? ['--previous'] : [])]);

/** The last words of containers of a namespace that may say why they do not serve. */
export async function lastWords(kubectl: Asking, found: readonly Found[]): Promise<Lines> {
  const words = await Promise.all(
    speakers(ofKind(found, 'Pod'), GATE).map(async ({ pod, container, previous }) => {
      const said = await ifKnown(() => log(kubectl, pod, container, previous));
      const line = isUnknown(said) ? undefined : telling(said);
      return line === undefined ? [] : [[lineKey(pod, container), line] as const];
    }),
  );
  return Object.fromEntries(words.flat());
}

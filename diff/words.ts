/** Values and fields, as sentences have them. */
import type { Difference } from './diff';

const LONGEST = 60;

/** A value on one line; long ones are cut. */
export function value(of: unknown): string {
  if (of === undefined) return 'none';
  const text = typeof of === 'string' ? of : JSON.stringify(of);
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return '""';
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** Of an image, which is no URL, the part that another one of the same repository has not. */
function version(image: string, other: string): string | undefined {
  const [, repository, tag] = /^(?!\w+:\/\/)(\S+\/\S*?|\w+)([:@]\S+)$/.exec(image) ?? [];
  return repository !== undefined && other.startsWith(`${repository}:`) ? tag?.slice(1) : undefined;
}

/** `1 → 2`; of what came or went, the one value; of images of the same repository, their tags. */
export function fromTo({ before, after }: Difference): string {
  if (before === undefined) return `+ ${value(after)}`;
  if (after === undefined) return `- ${value(before)}`;
  const tag = typeof before === 'string' && typeof after === 'string' ? version(after, before) : undefined;
  return `${value(before)} → ${tag ?? value(after)}`;
}

/** What every kind of affinity ends with. */
const ALWAYS = /DuringSchedulingIgnoredDuringExecution$/;

/** The part of a path that people know: below the specification of an object, or of its pods. */
export function field(path: readonly string[]): string {
  const pod = path.findIndex((step, index) => step === 'spec' && path[index - 1] === 'template');
  const steps = path.slice(pod >= 0 ? pod + 1 : path[0] === 'spec' ? 1 : 0).map((step) => step.replace(ALWAYS, ''));
  return (steps.includes('env') && steps.at(-1) === 'value' ? steps.slice(0, -1) : steps).join('.');
}

/** `schedule: 0 3 * * * → 30 4 * * *`; of a group that came or went, `+ env.NAME`. */
function fieldFromTo(difference: Difference, name: (path: readonly string[]) => string): string {
  const { path, before, within } = difference;
  if (!within || within.length === 0) return `${name(path)}: ${fromTo(difference)}`;
  return `${before === undefined ? '+' : '-'} ${name(within)}`;
}

/** The same of several, each once. */
export const fieldsFromTo = (differences: readonly Difference[], name = field): string =>
  [...new Set(differences.map((one) => fieldFromTo(one, name)))].join(', ');

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  const unique = [...new Set(items)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`;
}

export const pods = (count: number) => (count === 1 ? '1 pod' : `${count} pods`);

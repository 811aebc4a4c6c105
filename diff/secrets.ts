/** Values of Secrets never leave this folder: a difference says that one changed, not what it is. */
import type { Manifest } from '../constructs/manifests';
import type { Change, Difference } from './diff';

/** What stands in place of a value. */
export const HIDDEN = '(not shown)';

/** Fields of a Secret that hold values; an annotation may hold the whole object as it was applied. */
const HOLDING = ['data', 'stringData'];

const hidden = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.keys(value).map((key) => [key, HIDDEN])) : HIDDEN;

function object(manifest: Manifest): Manifest {
  const held = HOLDING.filter((field) => field in manifest).map((field) => [field, hidden(manifest[field])]);
  const { annotations, ...metadata } = manifest.metadata;
  const kept = annotations === undefined ? {} : { annotations: hidden(annotations) as Record<string, string> };
  return { ...manifest, metadata: { ...metadata, ...kept }, ...Object.fromEntries(held) } as Manifest;
}

function difference(one: Difference): Difference {
  const side = (value: unknown): unknown => (one.path.length === 0 ? object(value as Manifest) : hidden(value));
  const holds = one.path.length === 0 || HOLDING.includes(one.path[0] ?? '') || one.path[1] === 'annotations';
  if (!holds) return one;
  return {
    path: one.path,
    ...('before' in one ? { before: side(one.before) } : {}),
    ...('after' in one ? { after: side(one.after) } : {}),
  };
}

/** The change of a Secret, without its values. */
export function withoutSecrets(change: Change): Change {
  const { before, after, differences, ...what } = change;
  const sides = { ...(before ? { before: object(before) } : {}), ...(after ? { after: object(after) } : {}) };
  return { ...what, ...sides, differences: differences.map(difference) };
}

/** What differs between two sets of manifests: objects that came or went, and fields that changed. */
import { nameBeforeHash } from '../constructs/content-name';
import { isGroup } from '../constructs/finish';
import type { Manifest } from '../constructs/manifests';
import { withoutSecrets } from './secrets';

/** One difference. Of what came there is no `before`, of what went no `after`. */
export interface Difference {
  /** Keys and indexes, a list's item by its name where it has one; empty for the whole object. */
  readonly path: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of a single value, the path of the group or list that came or went with it.
   * @default - it came, went or changed alone */
  readonly within?: readonly string[];
}

/** An object that differs, and in what. */
export interface Change {
  readonly kind: string;
  /** Of a name that follows its content, the part before the hash. */
  readonly name: string;
  readonly before?: Manifest;
  readonly after?: Manifest;
  readonly differences: readonly Difference[];
}

/** What an item of a list is called: `containers.gunicorn`, `volumeMounts./tmp`. */
function itemName(item: unknown, index: number): string {
  if (!isGroup(item)) return `${index}`;
  const name = [item.mountPath, item.name, item.key].find((value) => typeof value === 'string');
  return name ?? `${index}`;
}

/** The parts of a value by name; undefined where it is one piece. */
function parts(value: unknown): Map<string, unknown> | undefined {
  if (isGroup(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const names = value.map(itemName);
  const unique = new Set(names).size === names.length;
  return new Map(value.map((item, index) => [unique ? (names[index] ?? '') : `${index}`, item as unknown]));
}

/** What there is of the two. */
const values = <T>(before: T, after: T) => ({
  ...(before === undefined ? {} : { before: before as Exclude<T, undefined> }),
  ...(after === undefined ? {} : { after: after as Exclude<T, undefined> }),
});

function fields(before: unknown, after: unknown, path: readonly string[]): Difference[] {
  if (before === after) return [];
  const [left, right] = [parts(before), parts(after)];
  if (left && right && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...left.keys(), ...right.keys()])];
    const inside = keys.flatMap((key) => fields(left.get(key), right.get(key), [...path, key]));
    return inside.length > 0 || JSON.stringify(before) === JSON.stringify(after) || !Array.isArray(before)
      ? inside
      : [{ path, before, after }];
  }
  return [{ path, ...values(before, after) }];
}

/** The same in single values: of a group or list that came, went or gave way to something else, each value in it. */
export function leaves({ path, before, after, within }: Difference): Difference[] {
  const [left, right] = [parts(before), parts(after)];
  if (left && right) return [{ path, before, after }]; // a list in another order
  const below = { within: within ?? path };
  const old = [...(left ?? [])].map(([key, value]) => ({ path: [...path, key], before: value, ...below }));
  const now = [...(right ?? [])].map(([key, value]) => ({ path: [...path, key], after: value, ...below }));
  const own = { path, ...values(left?.size ? undefined : before, right?.size ? undefined : after) };
  const single = 'before' in own || 'after' in own ? [within ? { ...own, within } : own] : [];
  return [...single, ...[...old, ...now].flatMap(leaves)];
}

/** Objects of a release by what they are, whatever their content: several with the same stable name are told apart by it in full. */
function byIdentity(objects: readonly Manifest[]): Map<string, Manifest> {
  const key = ({ kind, metadata }: Manifest, name: string) => JSON.stringify([kind, metadata.namespace ?? '', name]);
  const stable = objects.map((object) => key(object, nameBeforeHash(object.metadata.name)));
  return new Map(
    objects.map((object, index) => {
      const twice = stable.indexOf(stable[index] ?? '') !== stable.lastIndexOf(stable[index] ?? '');
      return [twice ? key(object, object.metadata.name) : (stable[index] ?? ''), object];
    }),
  );
}

/** Every object that differs, in the order of the objects before, then of those that came; values of Secrets are left out. */
export function diff(before: readonly Manifest[], after: readonly Manifest[]): Change[] {
  const [left, right] = [byIdentity(before), byIdentity(after)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): Change[] => {
    const [old, now] = [left.get(key), right.get(key)];
    const object = now ?? old;
    if (!object) return [];
    const found = old && now ? fields(old, now, []) : [{ path: [], ...values(old, now) }];
    if (found.length === 0) return [];
    const change = { kind: object.kind, name: nameBeforeHash(object.metadata.name), ...values(old, now), differences: found };
    return [object.kind === 'Secret' ? withoutSecrets(change) : change];
  });
}

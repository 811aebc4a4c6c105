/** What differs between two sets of manifests: objects that came or went, and fields that changed. */
import type { Manifest } from '../constructs/manifests';
import { nameBeforeHash } from '../constructs/content-name';

/** One difference. Of an object that came there is no `before`, of one that went no `after`. */
export interface Difference {
  readonly kind: string;
  /** Of a name that follows its content, the part before the hash. */
  readonly name: string;
  /** Keys and indexes joined by dots, a list's item by its name where it has one; empty for the whole object. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an item of a list is called: `containers.gunicorn`, `volumeMounts./tmp`. */
function itemName(item: unknown, index: number): string {
  if (!isGroup(item)) return `${index}`;
  const name = [item.mountPath, item.name, item.key].find((value) => typeof value === 'string');
  return name ?? `${index}`;
}

/** The parts of a value by name; undefined where it is one piece. */
function parts(value: unknown): Group | undefined {
  if (isGroup(value)) return value;
  if (!Array.isArray(value)) return undefined;
  const names = value.map(itemName);
  const unique = new Set(names).size === names.length;
  return Object.fromEntries(value.map((item, index) => [unique ? (names[index] ?? '') : `${index}`, item as unknown]));
}

function fields(before: unknown, after: unknown, path: string): Omit<Difference, 'kind' | 'name'>[] {
  const [left, right] = [parts(before), parts(after)];
  if (left && right && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    const inside = keys.flatMap((key) => fields(left[key], right[key], path === '' ? key : `${path}.${key}`));
    return inside.length > 0 || JSON.stringify(before) === JSON.stringify(after) || !Array.isArray(before)
      ? inside
      : [{ path, before, after }];
  }
  return before === after ? [] : [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
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

/** Every difference, in the order of the objects before, then of those that came. */
export function diff(before: readonly Manifest[], after: readonly Manifest[]): Difference[] {
  const [left, right] = [byIdentity(before), byIdentity(after)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): Difference[] => {
    const [old, now] = [left.get(key), right.get(key)];
    const object = now ?? old;
    if (!object) return [];
    const identity = { kind: object.kind, name: nameBeforeHash(object.metadata.name) };
    if (!old || !now) return [{ ...identity, path: '', ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) }];
    return fields(old, now, '').map((field) => ({ ...identity, ...field }));
  });
}

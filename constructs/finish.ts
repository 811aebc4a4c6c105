/** Changes to an object as it is written, after its types: they know the fields of Kubernetes 1.27 and drop others without a word. */
import type { ApiObject } from 'cdk8s';

export type Json = Record<string, unknown>;

export const isGroup = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNamedList = (value: unknown): value is Json[] =>
  Array.isArray(value) && value.every((item) => isGroup(item) && typeof item.name === 'string');

/** `patch` merged into `value`: groups by key, lists of named things by name, `null` removes, anything else replaces. */
export function merge(value: unknown, patch: unknown): unknown {
  if (isNamedList(value) && isNamedList(patch) && patch.length > 0) {
    const added = patch.filter(({ name }) => !value.some((item) => item.name === name));
    return [...value.map((item) => merge(item, patch.find(({ name }) => name === item.name) ?? {})), ...added];
  }
  if (!isGroup(patch)) return patch;
  const group = isGroup(value) ? value : {};
  const kept = Object.entries(group).filter(([key]) => patch[key] !== null);
  const changed = Object.entries(patch)
    .filter(([, inner]) => inner !== null)
    .map(([key, inner]) => [key, merge(group[key], inner)]);
  return Object.fromEntries([...kept, ...changed]);
}

/** Decides what an object is written as. What is decided later sees what was decided before. */
export function finish(object: ApiObject, change: (json: Json) => unknown): void {
  const original = object.toJson.bind(object) as () => Json;
  object.toJson = () => change(original());
}

/** Groups of settings that can be left out as a whole. */
import { jsonSchema, type Node } from '../../../config/document/json-schema';
import type { Path } from './factors';

/** A group, and those of its settings that it cannot be without. */
export interface Group {
  readonly path: string;
  readonly required: readonly Path[];
}

function groupsOf(node: Node, above: string): Group[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const path = `${above}${key}`;
    const required = node.required?.includes(key) ? [] : (inner.required ?? []).map((name) => `${path}.${name}` as Path);
    return [...(required.length > 0 ? [{ path, required }] : []), ...groupsOf(inner, `${path}.`)];
  });
}

export const GROUPS: readonly Group[] = groupsOf(jsonSchema(), '');

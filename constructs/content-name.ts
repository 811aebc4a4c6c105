/** Names that follow the content, for objects that cannot change: a change makes a new object. */
import { createHash } from 'node:crypto';

type Json = unknown;

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Eight hexadecimal digits that change whenever the content does, whatever the order of its keys. */
export function contentHash(content: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 8);
}

/** The part of a name before the hash of its content. */
export function nameBeforeHash(name: string): string {
  return name.replace(/-[0-9a-f]{8}$/, '');
}

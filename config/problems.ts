/** What is wrong with a setting, said to the person who wrote it. */
import { distance } from 'fastest-levenshtein';
import { isNode, isPair, isScalar, type LineCounter, type Document } from 'yaml';
import type { z } from 'zod';

export type SettingPath = readonly PropertyKey[];

/** Something that is wrong with one setting. `message` completes the sentence "<setting> …". */
export interface Problem {
  readonly path: SettingPath;
  readonly message: string;
  /** The key itself is wrong, not its value. */
  readonly atKey?: boolean;
}

/** Thrown by what reads settings further on, such as a construct, for a setting that cannot be kept. */
export class SettingError extends Error {
  public constructor(
    public readonly path: SettingPath,
    message: string,
  ) {
    super(message);
    this.name = 'SettingError';
  }
}

/** Thrown with every problem of every file, a line each. */
export class ConfigError extends Error {
  public constructor(public readonly lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
  }
}

/** `['django', 'hosts', 0]` as `django.hosts[0]`. */
export function settingName(path: SettingPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}

/** Where in its file a setting stands, as `line:column`; of a setting that is not there, the nearest group around it. */
export function position(document: Document, lines: LineCounter, { path, atKey }: Problem): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const parent: unknown = length > 0 ? document.getIn(path.slice(0, length - 1), true) : undefined;
    const key = path[length - 1];
    const pair =
      isNode(parent) && 'items' in parent
        ? (parent.items as unknown[]).find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
        : undefined;
    const keyNode: unknown = isPair(pair) ? pair.key : undefined;
    const valueNode: unknown = document.getIn(path.slice(0, length), true);
    const node = (atKey === true || length < path.length || valueNode === null) && isNode(keyNode) ? keyNode : valueNode;
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
  }
  return '1:1';
}

type Issue = z.core.$ZodIssue;

const show = (value: unknown) => {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
};

/** The known name that was meant, if one is like the key. */
export function meant(key: string, known: readonly string[]): string | undefined {
  const [best] = known.map((name) => ({ name, edits: distance(key.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(key.length / 3)) ? best.name : undefined;
}

function closest(key: string, known: readonly string[]): string {
  const name = meant(key, known);
  return name === undefined ? `allowed are ${known.join(', ')}` : `did you mean "${name}"?`;
}

/** The keys that the schema knows at a path, seen through its defaults and transforms. */
export type KnownKeys = (path: SettingPath) => readonly string[];

/** The problems in what zod found; of several alternatives, those of the one that was meant. */
export function problemsOf(issues: readonly Issue[], knownKeys: KnownKeys, base: SettingPath = []): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `is not a setting; ${closest(key, knownKeys(path))}`,
        atKey: true,
      }));
    }
    if (issue.code === 'invalid_union') {
      const branch = issue.errors.find(
        (errors) => errors.length > 0 && errors.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
      );
      if (branch) return problemsOf(branch, knownKeys, path);
    }
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? 'cannot be a name', atKey: true }];
    if (issue.input === undefined && issue.code !== 'custom') {
      return [{ path, message: `is missing: ${issue.message}` }];
    }
    const value = issue.input === undefined || typeof issue.input === 'object' ? '' : `, got ${show(issue.input)}`;
    return [{ path, message: `${issue.message}${value}` }];
  });
}

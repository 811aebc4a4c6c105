/**
 * Static files in ConfigMaps: texts compressed, packed so that every map can be applied by plain kubectl, and mounted as one tree.
 * Files are compressed by a library of ours rather than by Node's zlib, whose bytes differ between versions.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'fflate';
import { SettingError, type SettingPath } from '../../config/problems';
import { formatBytes } from '../../config/quantity';
import { HASHED_NAME } from '../../config/sections/nginx/static';
import { contentHash } from '../content-name';

/** Content of one ConfigMap, as base64. `kubectl apply` keeps a copy of the object in an annotation of at most 262,144 bytes. */
export const LARGEST_MAP = 240_000;
/** Content of all of them together, as base64: every node that runs Nginx fetches it, and etcd keeps every version. */
export const LARGEST_TREE = 4 * 1024 ** 2;

/** All of them in a pod, where texts are unpacked: what its volume takes. Bytes. */
export const LARGEST_UNPACKED = 256 * 1024 ** 2;
/** Room on a disk comes in blocks of so many bytes. */
const BLOCK = 4096;

/** Paths and keys of all files, which stand in the Deployment that mounts them. Bytes. */
const LARGEST_LIST = 200_000;

const SETTING: SettingPath = ['nginx', 'static', 'directory'];
const PREVIOUS: SettingPath = ['nginx', 'static', 'previous'];
const settingOf = (previous?: number): SettingPath => (previous === undefined ? SETTING : [...PREVIOUS, previous]);

const COMPRESSED = /\.(?:css|csv|html?|js|json|map|md|mjs|svg|txt|webmanifest|xml|ttf|eot|wasm|ico)$/i;

export interface StaticFile {
  /** Path below the directory, with `/`; ends with `.gz` where it has to be unpacked. */
  readonly path: string;
  /** Key in the ConfigMap. */
  readonly key: string;
  /** Base64 of what is stored. */
  readonly content: string;
  /** Bytes in a pod. */
  readonly room: number;
  /** Place in `nginx.static.previous`.
   * @default - it is of this release */
  readonly previous?: number;
}

/** Of a text that stands beside its compressed form, only the text is taken: it is compressed here. */
function paths(directory: string, previous?: number): string[] {
  const named = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/(?:^|\/)\./.test(path));
  const broken = named.filter((path) => !existsSync(join(directory, path))).sort();
  if (broken.length > 0) {
    const message = `holds links that lead to no file: ${broken.join(', ')}; remove them, or run collectstatic anew`;
    throw new SettingError(settingOf(previous), message);
  }
  const all = named.filter((path) => statSync(join(directory, path)).isFile());
  const known = new Set(all);
  const isCopy = (path: string) => path.endsWith('.gz') && COMPRESSED.test(path.slice(0, -3)) && known.has(path.slice(0, -3));
  return all.filter((path) => !isCopy(path)).sort();
}

/** As it is stored. A ConfigMap whose files are all empty would lose them, and a pod unpacks whatever ends with `.gz`. */
const isPacked = (path: string, raw: Buffer) => COMPRESSED.test(path) || raw.length === 0 || path.endsWith('.gz');

const blocks = (length: number) => Math.ceil(length / BLOCK) * BLOCK;

function readFile(directory: string, path: string, previous?: number): StaticFile {
  const raw = readFileSync(join(directory, path));
  const packed = isPacked(path, raw);
  const stored = packed ? { path: `${path}.gz`, bytes: gzipSync(raw, { level: 9, mtime: 0 }) } : { path, bytes: raw };
  const readable = basename(stored.path)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(-200);
  return {
    ...{ path: stored.path, key: `${contentHash(stored.path)}-${readable}`, content: Buffer.from(stored.bytes).toString('base64') },
    room: blocks(stored.bytes.length) + (packed ? blocks(raw.length) : 0),
    ...(previous !== undefined && { previous }),
  };
}

/**
 * Every file below a directory. What begins with a dot is left out.
 * @param previous directories of earlier releases, newest first: pages that they have rendered go on to find what has a hash in its name
 * @throws SettingError when a directory holds a link that leads to no file, with its name
 */
export function readStaticFiles(directory: string, previous: readonly string[] = []): StaticFile[] {
  const known = new Set(paths(directory));
  const files = [...known].map((path) => readFile(directory, path));
  const kept = previous.flatMap((folder, index) =>
    paths(folder, index)
      .filter((path) => HASHED_NAME.test(path) && !known.has(path))
      .map((path) => {
        known.add(path);
        return readFile(folder, path, index);
      }),
  );
  return [...files, ...kept];
}

const size = ({ key, content }: StaticFile) => key.length + content.length + '"":"",'.length;
const total = (files: readonly StaticFile[]) => files.reduce((sum, file) => sum + size(file), 0);
const unpacked = (files: readonly StaticFile[]) => files.reduce((sum, { room }) => sum + room, 0);
const listed = (files: readonly StaticFile[]) =>
  files.reduce((sum, { path, key }) => sum + path.length + key.length + '{"key":"","path":""},'.length, 0);
const INSTEAD = 'move large files out of static files, or take nginx.static.image or claim';

/** The setting to change: earlier releases, where this one alone would do. */
function tooMuch(
  files: readonly StaticFile[],
  measure: (files: readonly StaticFile[]) => number,
  limit: number,
  say: (of: string) => string,
) {
  const sum = measure(files);
  if (sum <= limit) return;
  const own = measure(files.filter(({ previous }) => previous === undefined));
  const path = own > limit ? SETTING : PREVIOUS;
  const share = own < sum ? ` (${formatBytes(sum - own)} of it from nginx.static.previous)` : '';
  throw new SettingError(path, say(`${formatBytes(sum)}${share}`));
}

function refuseTooLarge(files: readonly StaticFile[]): void {
  if (!files.some(({ previous }) => previous === undefined)) throw new SettingError(SETTING, 'holds no file: run collectstatic first');
  const [large, ...more] = files.filter((file) => size(file) > LARGEST_MAP);
  if (large) {
    const list = [large, ...more].map((file) => `${file.path} (${formatBytes(size(file))})`).join(', ');
    throw new SettingError(
      settingOf(large.previous),
      `holds files that exceed ${formatBytes(LARGEST_MAP)} as they are stored, which is what a ConfigMap takes: ${list}; ${INSTEAD}`,
    );
  }
  tooMuch(
    ...([files, listed, LARGEST_LIST] as const),
    (sum) =>
      `holds ${files.length} files, whose names alone come to ${sum} in the Deployment, above the limit of ${formatBytes(LARGEST_LIST)}; ${INSTEAD}`,
  );
  tooMuch(
    ...([files, total, LARGEST_TREE] as const),
    (sum) => `comes to ${sum} as stored in ConfigMaps, above the limit of ${formatBytes(LARGEST_TREE)}; ${INSTEAD}`,
  );
  tooMuch(
    ...([files, unpacked, LARGEST_UNPACKED] as const),
    (sum) => `comes to ${sum} in a pod, where texts are unpacked, above the limit of ${formatBytes(LARGEST_UNPACKED)}; ${INSTEAD}`,
  );
}

/**
 * The files in as few groups as fit into a ConfigMap each; those of earlier releases in groups of their own, which stay as they are
 * while this release changes.
 * @throws SettingError when a file or the whole is too large, with the sizes
 */
export function packStaticFiles(files: readonly StaticFile[]): StaticFile[][] {
  refuseTooLarge(files);
  const groups: StaticFile[][] = [[]];
  for (const file of files) {
    const last = groups.at(-1) ?? [];
    if (last.length > 0 && (total(last) + size(file) > LARGEST_MAP || last[0]?.previous !== file.previous)) groups.push([]);
    groups.at(-1)?.push(file);
  }
  return groups;
}

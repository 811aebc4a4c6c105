/**
 * Static files in ConfigMaps: texts compressed, packed so that every map can be applied by plain kubectl, and mounted as one tree.
 * Files are compressed by a library of ours rather than by Node's zlib, whose bytes differ between versions.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'fflate';
import { SettingError } from '../../config/problems';
import { formatBytes } from '../../config/quantity';
import { contentHash } from '../content-name';

/** Content of one ConfigMap, as base64. `kubectl apply` keeps a copy of the object in an annotation of at most 262,144 bytes. */
export const LARGEST_MAP = 240_000;
/** Content of all of them together, as base64: every node that runs Nginx fetches it, and etcd keeps every version. */
export const LARGEST_TREE = 4 * 1024 ** 2;

/** Paths and keys of all files, which stand in the Deployment that mounts them. Bytes. */
export const LARGEST_LIST = 200_000;

const COMPRESSED = /\.(?:css|csv|html?|js|json|map|md|mjs|svg|txt|webmanifest|xml|ttf|eot|wasm|ico)$/i;

export interface StaticFile {
  /** Path below the directory, with `/`. */
  readonly path: string;
  /** Key in the ConfigMap. */
  readonly key: string;
  /** Base64 of what is stored. */
  readonly content: string;
}

/** Of a text that stands beside its compressed form, only the text is taken: it is compressed here. */
function paths(directory: string): string[] {
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/(?:^|\/)\./.test(path) && statSync(join(directory, path)).isFile());
  const known = new Set(all);
  const isCopy = (path: string) => path.endsWith('.gz') && COMPRESSED.test(path.slice(0, -3)) && known.has(path.slice(0, -3));
  return all.filter((path) => !isCopy(path)).sort();
}

/** Every file below a directory; texts as `.gz`, which nginx sends as they are. What begins with a dot is left out. */
export function readStaticFiles(directory: string): StaticFile[] {
  return paths(directory).map((path) => {
    const raw = readFileSync(join(directory, path));
    // A ConfigMap whose files are all empty would lose them.
    const stored =
      COMPRESSED.test(path) || raw.length === 0
        ? { path: `${path}.gz`, bytes: gzipSync(raw, { level: 9, mtime: 0 }) }
        : { path, bytes: raw };
    const readable = basename(stored.path)
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(-200);
    return { path: stored.path, key: `${contentHash(stored.path)}-${readable}`, content: Buffer.from(stored.bytes).toString('base64') };
  });
}

const size = ({ key, content }: StaticFile) => key.length + content.length + '"":"",'.length;
const total = (files: readonly StaticFile[]) => files.reduce((sum, file) => sum + size(file), 0);
const listed = (files: readonly StaticFile[]) =>
  files.reduce((sum, { path, key }) => sum + path.length + key.length + '{"key":"","path":""},'.length, 0);
const SETTING = ['nginx', 'static', 'directory'];
const INSTEAD = 'move large files out of static files, or serve them from a bucket or CDN';

function refuseTooLarge(files: readonly StaticFile[]): void {
  if (files.length === 0) throw new SettingError(SETTING, 'holds no file: run collectstatic first');
  const large = files.filter((file) => size(file) > LARGEST_MAP);
  if (large.length > 0) {
    const list = large.map((file) => `${file.path} (${formatBytes(size(file))})`).join(', ');
    throw new SettingError(
      SETTING,
      `holds files that exceed ${formatBytes(LARGEST_MAP)} as they are stored, which is what a ConfigMap takes: ${list}; ${INSTEAD}`,
    );
  }
  if (listed(files) > LARGEST_LIST) {
    throw new SettingError(
      SETTING,
      `holds ${files.length} files, whose names alone come to ${formatBytes(listed(files))} in the Deployment, above the limit of ${formatBytes(LARGEST_LIST)}; ${INSTEAD}`,
    );
  }
  if (total(files) > LARGEST_TREE) {
    throw new SettingError(
      SETTING,
      `comes to ${formatBytes(total(files))} as stored in ConfigMaps, above the limit of ${formatBytes(LARGEST_TREE)}; ${INSTEAD}`,
    );
  }
}

/**
 * The files of a directory in as few groups as fit into a ConfigMap each.
 * @throws SettingError when a file or the whole is too large, with the sizes
 */
export function packStaticFiles(files: readonly StaticFile[]): StaticFile[][] {
  refuseTooLarge(files);
  const groups: StaticFile[][] = [[]];
  for (const file of files) {
    if (total(groups.at(-1) ?? []) + size(file) > LARGEST_MAP) groups.push([]);
    groups.at(-1)?.push(file);
  }
  return groups;
}

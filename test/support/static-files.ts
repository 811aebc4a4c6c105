/** Folders of static files, and what becomes of them in a cluster. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StaticFile } from '../../constructs/nginx/static-files';
import { volume } from './pods';
import type { Rendered } from './stack';

export type Files = Readonly<Record<string, string | Buffer>>;

const folders: string[] = [];
afterAll(() => folders.forEach((path) => rmSync(path, { recursive: true })));

/** A folder with these files, which anybody may read, and which goes after the last test. */
export function folder(files: Files): string {
  const path = mkdtempSync(join(tmpdir(), 'static-'));
  folders.push(path);
  chmodSync(path, 0o755);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Bytes that do not compress, the same every time. */
export function noise(length: number, seed = ''): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) => createHash('sha256').update(`${seed}${index}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** A file as it is read, with a base64 of so many letters. */
export const stored = (path: string, length: number): StaticFile => ({ path, key: path, content: 'A'.repeat(length), room: 4096 });

export const bytes = (content: string) => Buffer.from(content, 'base64');

/** ConfigMaps of static files. */
export const maps = (rendered: Rendered) =>
  rendered.objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('shop-nginx-static-'));

/** The tree that a pod is given. */
export function mounted(rendered: Rendered): Record<string, Buffer> {
  const { sources = [] } = volume(rendered.find('Deployment', 'shop-nginx'), 'static-files').projected ?? {};
  return Object.fromEntries(
    sources.flatMap(({ configMap: { name, items } }) => {
      const map = maps(rendered).find(({ metadata }) => metadata.name === name) as unknown as {
        binaryData: Readonly<Record<string, string>>;
      };
      return items.map(({ key, path }) => [path, bytes(map.binaryData[key] ?? '')]);
    }),
  );
}

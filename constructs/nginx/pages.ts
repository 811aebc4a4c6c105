/** Pages that Nginx itself answers with: HTML files, which travel in a ConfigMap. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageFiles } from '../../config/files';
import { SettingError } from '../../config/problems';
import { formatBytes } from '../../config/quantity';
import type { Config } from '../../config/resolve';
import { LARGEST_MAP } from './static-files';

/** Texts by the names under which Nginx finds them. */
export type Pages = Readonly<Record<string, string>>;

/** Bytes that a text takes in a ConfigMap. */
export const size = (text: string) => Buffer.byteLength(JSON.stringify(text));

/**
 * The pages that a configuration names.
 * @param root folder that the names are seen from
 * @throws SettingError when one is not text, or all together are too large
 */
export function readPages(root: string, config: Config): Pages {
  const named = Object.entries(pageFiles(config)).map(([name, { path, file }]) => {
    try {
      return { name, path, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(root, file))) };
    } catch {
      throw new SettingError(path, `must be text in UTF-8, and ${file} is not: save it anew`);
    }
  });
  const sum = named.reduce((so, { text }) => so + size(text), 0);
  const [largest] = [...named].sort((a, b) => size(b.text) - size(a.text));
  if (largest && sum > LARGEST_MAP) {
    throw new SettingError(
      largest.path,
      `is ${formatBytes(size(largest.text))}, and all pages together ${formatBytes(sum)}, above the ${formatBytes(LARGEST_MAP)} that a ConfigMap takes: ` +
        'make its images smaller, or leave them out',
    );
  }
  return Object.fromEntries(named.map(({ name, text }) => [name, text]));
}

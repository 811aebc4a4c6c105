/** What there is to read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/stack';

export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

export const pages = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

export const PAGES = ['README.md', 'CONTRIBUTING.md', ...pages('docs')];

/** Static files to measure: a text as sites have them, and an image, which cannot be made smaller. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { FOLDER, PYTHON } from './places';

/** Of Django's admin. */
export const TEXT = 'base.css';
export const IMAGE = 'photo.webp';
/** As long as the text. */
const IMAGE_BYTES = 22_000;
const ADMIN = 'import django, pathlib; print(pathlib.Path(django.__file__).with_name("contrib") / "admin/static/admin/css")';

/** Returns their folder. */
export function staticFiles(): string {
  const folder = join(FOLDER, 'static');
  mkdirSync(folder);
  cpSync(join(execFileSync(PYTHON, ['-c', ADMIN]).toString().trim(), TEXT), join(folder, TEXT));
  const parts: Buffer[] = [Buffer.from(IMAGE)];
  while (parts.length * 32 < IMAGE_BYTES)
    parts.push(
      createHash('sha256')
        .update(parts.at(-1) ?? '')
        .digest(),
    );
  writeFileSync(join(folder, IMAGE), Buffer.concat(parts.slice(1)));
  return folder;
}

/** `tsx test/support/render-matrix.ts FOLDER` adds the rows of the option matrix to its `environments/` and its `dist/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { FOLDER } from '../../config/load';
import { compose } from '../../constructs/compose';
import { ROWS } from './matrix';
import { ROOT } from './stack';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder that gets the rows');

const environments = ROWS.map(({ environment }) => environment);
for (const app of compose(environments, ROOT, join(folder, 'dist'))) app.synth();
mkdirSync(join(folder, FOLDER), { recursive: true });
for (const { file, environment } of ROWS) writeFileSync(join(folder, FOLDER, `${environment.name}.yaml`), stringify(file));

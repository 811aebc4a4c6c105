/**
 * `node cli/launch.mjs main.ts` runs a program of the project as one file, which starts several times faster than its parts. That
 * file is made again whenever something that went into it has changed. Types are not checked here: `npm run typecheck` does that.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCompiled } from './compiled.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [program = 'main.ts'] = process.argv.slice(2);
const bundle = join(root, '.cache', program.replace(/\.ts$/, '.cjs'));
const record = `${bundle}.json`;

/** When each file was last written, and its size; throws when one is gone. */
const state = (inputs) => inputs.map((path) => statSync(join(root, path))).map(({ mtimeMs, size }) => `${mtimeMs} ${size}`);

function isFresh() {
  try {
    const { inputs, made } = JSON.parse(readFileSync(record, 'utf8'));
    return state(inputs).every((entry, index) => entry === made[index]);
  } catch {
    return false;
  }
}

async function make() {
  const { build } = await import('esbuild');
  mkdirSync(dirname(bundle), { recursive: true });
  const unfinished = `${bundle}.${process.pid}`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [program],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    target: 'node20',
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs);
  renameSync(unfinished, bundle);
  writeFileSync(record, JSON.stringify({ inputs, made: state(inputs) }));
}

if (!isFresh()) await make();
runCompiled(bundle);

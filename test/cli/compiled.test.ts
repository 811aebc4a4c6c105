/** `cli/compiled.mjs`, in processes of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/stack';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  file = join(folder, 'program.cjs');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = () => {
  const program = `import { runCompiled } from ${JSON.stringify(join(ROOT, 'cli/compiled.mjs'))}; runCompiled(${JSON.stringify(file)});`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
};
const kept = () => readdirSync(folder).filter((name) => name !== 'program.cjs');
const written = () => kept().map((name) => statSync(join(folder, name)).mtimeMs);

test('a file runs as it does without, and what was compiled of it is kept', () => {
  writeFileSync(file, "console.log(require('node:path').basename(__filename), module.exports === exports, __dirname.length > 1)");
  const said = 'program.cjs true true\n';
  expect(run()).toBe(said);
  expect(kept()).toHaveLength(1);
  const before = written();
  expect(run()).toBe(said);
  expect(written()).toEqual(before);
});

test('another file in its place is not taken for it, though it be as long, and what was kept goes', () => {
  writeFileSync(file, 'console.log(1)');
  run();
  const before = kept();
  writeFileSync(file, 'console.log(2)');
  utimesSync(file, 1, 1);
  expect(run()).toBe('2\n');
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toEqual(before);
});

test('what V8 does not know how to read is replaced', () => {
  writeFileSync(file, 'console.log(1)');
  run();
  const [name = ''] = kept();
  const { size } = statSync(join(folder, name));
  writeFileSync(join(folder, name), 'from another V8');
  expect(run()).toBe('1\n');
  expect(statSync(join(folder, name)).size).toBe(size);
});

test('where nothing can be kept it runs all the same, and an error is its own', () => {
  writeFileSync(file, "console.log('ran')");
  utimesSync(file, 1, 1);
  mkdirSync(`${file}.1000000.v8/in the way`, { recursive: true });
  expect(run()).toBe('ran\n');
  expect(kept()).toEqual(['program.cjs.1000000.v8']);
  writeFileSync(file, "throw new Error('mine')");
  expect(run).toThrow(/program\.cjs:1[\s\S]*mine/);
});

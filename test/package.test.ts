/** The project as a library: what a clone or another project imports. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/stack';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const installed = join(folder, 'node_modules/cdk8s-django');
  mkdirSync(installed, { recursive: true });
  execFileSync('npx', ['tsc', '--project', 'tsconfig.build.json', '--outDir', join(installed, 'lib')], { cwd: ROOT, stdio: 'pipe' });
  for (const name of ['package.json', 'runtime']) cpSync(join(ROOT, name), join(installed, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('another project can import the constructs and the configuration, and render', () => {
  writeFileSync(
    join(folder, 'app.js'),
    `const { App, Testing } = require('./node_modules/cdk8s-django/node_modules/cdk8s');
     const { resolve, schema } = require('cdk8s-django/config');
     const { DjangoStack } = require('cdk8s-django/constructs');
     const settings = schema.parse({ release: 'shop', image: 'a/b:1', django: { project: 'app', hosts: ['a.b'] }, postgres: { storage: '1Gi' } });
     const stack = new DjangoStack(new App(), 'stack', { config: resolve('prod', settings) });
     console.log(Testing.synth(stack).map(({ kind }) => kind).join(' '));`,
  );
  expect(execFileSync('node', ['app.js'], { cwd: folder, encoding: 'utf8' })).toContain('StatefulSet');
});

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../config/load';
import { compose } from '../constructs/compose';
import { ROOT } from './support/stack';

const folders: string[] = [];
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), 'dist-'));
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Text of every file below a folder, by its path. */
function files(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map((entry) => [
      join(entry.parentPath, entry.name).slice(folder.length + 1),
      readFileSync(join(entry.parentPath, entry.name), 'utf8'),
    ]),
  );
}

function synth(): Record<string, string> {
  const outdir = temporary();
  for (const app of compose(loadEnvironments(ROOT), ROOT, outdir)) app.synth();
  return files(outdir);
}

test('dist/ is what the environments say: run `npm run synth` after a change, and read the difference', () => {
  expect(synth()).toEqual(files(join(ROOT, 'dist')));
});

test('the same input gives the same bytes', () => {
  expect(synth()).toEqual(synth());
});

describe('the commands of the README, in a copy of the project', () => {
  let copy: string;
  beforeAll(() => {
    copy = temporary();
    for (const name of readdirSync(ROOT).filter((entry) => !['node_modules', '.git', 'secrets', 'lib', 'example'].includes(entry))) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    cpSync(join(ROOT, 'example/django_app/static'), join(copy, 'example/django_app/static'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });

  const npm = (...args: string[]) => spawnSync('npm', ['run', '--silent', ...args], { cwd: copy, encoding: 'utf8' });

  test('`npm run synth` writes dist/', () => {
    rmSync(join(copy, 'dist'), { recursive: true });
    expect(npm('synth')).toMatchObject({ status: 0 });
    expect(files(join(copy, 'dist'))).toEqual(files(join(ROOT, 'dist')));
  });

  test('`cdk8s synth` writes dist/', () => {
    rmSync(join(copy, 'dist'), { recursive: true });
    execFileSync('npx', ['cdk8s', 'synth', '--check-upgrade=false'], { cwd: copy, stdio: 'pipe' });
    expect(files(join(copy, 'dist'))).toEqual(files(join(ROOT, 'dist')));
  });

  test.each([
    ['synth', 'a setting', 'gunicorn: { gpu: { count: 0.5 } }', 'gunicorn.gpu.count: must be a whole number from 0 to 16, got 0.5'],
    [
      'validate',
      'an override that matches nothing',
      'overrides: [{ kind: Deployment, name: web, merge: {} }]',
      'overrides[0]: must match exactly one object: Deployment web matches none',
    ],
    [
      'validate',
      'an override that the API would refuse',
      'overrides: [{ kind: Deployment, name: shop-gunicorn, merge: { spec: { replicas: many } } }]',
      'Deployment shop-gunicorn: ',
    ],
  ])('`npm run %s` says what is wrong with %s, exits 1 and leaves dist/ as it was', (command, _what, line, message) => {
    const file = join(copy, 'environments/bad.yaml');
    writeFileSync(file, `release: shop\nimage: a/b:1\ndjango: { project: app, hosts: [a.b] }\npostgres: { storage: 1Gi }\n${line}\n`);
    const before = files(join(copy, 'dist'));
    const { status, stderr } = npm(command);
    rmSync(file);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
    expect(files(join(copy, 'dist'))).toEqual(before);
  });

  test('with a wrong type in a construct, `npm run synth` exits before it writes', () => {
    const file = join(copy, 'constructs/wrong.ts');
    writeFileSync(
      file,
      `import { k8s } from '../imports';\nexport const wrong: k8s.ResourceRequirements = { limits: { memory: '1Gi' } };\n`,
    );
    const { status } = npm('synth');
    rmSync(file);
    expect(status).not.toBe(0);
    expect(existsSync(join(copy, 'dist/prod/stack.k8s.yaml'))).toBe(true);
  });
});

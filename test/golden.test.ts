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
      // A cluster that runs has devices there.
      cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => path !== join(ROOT, '.cache/cluster') });
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

  describe('`npm run diff`, after the change of the README', () => {
    const text = (path: string) => readFileSync(join(copy, path), 'utf8');
    /** The hash follows from more than what is shown. */
    const unhashed = (words: string) => words.replace(/-[0-9a-f]{8} /g, '-<hash> ');
    const shown = () => unhashed(/```text\n([\s\S]*?\n)```/.exec(text('README.md'))?.[1] ?? '');
    beforeAll(() => {
      const commands = [
        'git init --quiet --initial-branch=main',
        'git add dist',
        'git -c user.name=suite -c user.email=suite@example.com commit --quiet --message=before',
        'git update-ref refs/remotes/origin/main main',
        "sed -i 's/shop:1.4.2/shop:1.5.0/; s/{ min: 2, max: 4 }/{ min: 3, max: 6 }/' environments/prod.yaml",
      ];
      execFileSync('sh', ['-euc', commands.join('\n')], { cwd: copy });
    });
    afterAll(() => cpSync(join(ROOT, 'environments/prod.yaml'), join(copy, 'environments/prod.yaml')));

    test('prints what that shows, and exits with the code of the worst class', () => {
      const { status, stdout } = npm('diff', 'prod');
      expect(unhashed(stdout)).toBe(shown());
      expect(status).toBe(15);
    });

    test('in a pipeline, as its page has it, says the same and lets pass what is not as bad', () => {
      const [, command = ''] = /^ {4}npm run (.* --fail-on downtime)$/m.exec(text('docs/how-to/diff.md')) ?? [];
      const { status, stdout } = npm(...command.split(' '));
      expect(unhashed(stdout)).toBe(shown().replace('against HEAD', 'against origin/main'));
      expect(status).toBe(0);
    });

    test('refuses a class that there is not, and says which there are', () => {
      const { status, stdout, stderr } = npm('diff', 'prod', '--', '--fail-on', 'doom');
      expect(stderr).toContain('Allowed choices are data-loss, immutable, downtime, ');
      expect([status, stdout]).toEqual([2, '']);
    });
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

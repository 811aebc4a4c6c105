/** `npm run diff`, against revisions of Git and files. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diff, type DiffOptions } from '../../../cli/diff/diff';
import { loadEnvironments } from '../../../config/load';
import { compose } from '../../../constructs/compose';
import { place } from '../../support/place';

const here = place();
const NEXT = { image: 'registry.example.com/team/shop:1.0.1' };

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], {
    cwd: here.root,
    stdio: 'pipe',
  });

function synth(): void {
  for (const app of compose(loadEnvironments(here.root), here.root, join(here.root, 'dist'))) app.synth();
}

beforeEach(() => {
  here.project();
  synth();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
});

const told = async (options: Partial<DiffOptions> = {}, name = 'prod') => {
  here.said.length = 0;
  const exitCode = await diff(name, { against: 'HEAD', format: 'text', ...options }, here.root);
  return { exitCode, text: here.said.join('\n') };
};
const failure = (options: Partial<DiffOptions>, name?: string) =>
  told(options, name).then(String, (error: unknown) => (error as Error).message);

test('what is committed does not differ', async () => {
  expect(await told()).toEqual({ exitCode: 0, text: 'prod: nothing differs from HEAD' });
});

test('what the file says now is compared, before dist/ is written', async () => {
  here.project(NEXT);
  const { exitCode, text } = await told();
  expect(text).toContain('prod, against HEAD; at the worst: restart\n');
  expect(text).toMatch(/Deployment shop-gunicorn: 2 pods restart once the migration is done, .*\n.*:1\.0\.0 → 1\.0\.1/);
  expect(exitCode).toBe(15);
});

test.each([
  ['restart', 15],
  ['downtime', 0],
] as const)('a change that restarts, with --fail-on %s, ends with %d', async (failOn, exitCode) => {
  here.project(NEXT);
  expect(await told({ failOn })).toMatchObject({ exitCode });
});

test('any revision will do', async () => {
  here.project(NEXT);
  synth();
  git('commit', '--quiet', '--all', '--message', 'second');
  expect((await told()).exitCode).toBe(0);
  expect((await told({ against: 'HEAD~1' })).exitCode).toBe(15);
});

test('an environment that the revision does not have is new', async () => {
  renameSync(join(here.root, 'environments/prod.yaml'), join(here.root, 'environments/stage.yaml'));
  const { text } = await told({}, 'stage');
  expect(text).toContain('Deployment shop-gunicorn');
  expect(text).toMatch(/: is new/);
  expect(text).not.toContain('→');
});

test('folders and files of manifests will do, lists and JSON too', async () => {
  const items = [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-postgres' }, stringData: { POSTGRES_PASSWORD: 'hunter2' } }];
  const file = join(here.root, 'list.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  expect((await told({ against: join(here.root, 'dist/prod') })).exitCode).toBe(0);
  const { text } = await told({ against: file, format: 'json' });
  expect(text).toContain('POSTGRES_PASSWORD');
  expect(text).not.toContain('hunter2');
});

test('machines get what people get, and where it comes from', async () => {
  here.project(NEXT);
  const { text } = await told({ format: 'json' });
  const { worst, consequences } = JSON.parse(text) as {
    worst: string;
    consequences: { class: string; differences: { path: string[] }[] }[];
  };
  expect(worst).toBe('restart');
  expect(consequences.find((one) => one.class === 'restart')?.differences.map(({ path }) => path.join('.'))).toContain(
    'spec.template.spec.containers.gunicorn.image',
  );
});

test('a pull request gets headings, lists and a table', async () => {
  here.project({ ...NEXT, gunicorn: { replicas: 3 } });
  const { text } = await told({ format: 'markdown' });
  expect(text).toMatch(/^### prod, against HEAD: restart\n/);
  expect(text).toMatch(/^#### restart\n\n.*\n\n- \*\*Deployment shop-gunicorn\*\*: 3 pods restart/m);
  expect(text).toMatch(/^\| asked for \| before \| after \|\n\|---\|---\|---\|\n\| pods \| 5 \| 6 \|$/m);
});

test.each([
  ['nowhere', /^--against: must be a revision of Git, a folder or file of manifests, or cluster, got "nowhere", which is none of them$/],
  ['--output=x', /^--against: must be .*, got "--output=x"/],
])('against %s is refused', async (against, message) => {
  expect(await failure({ against })).toMatch(message);
});

test.each([
  ['a: [', /bad\.yaml, line 1, column 5: is no YAML \(bad indent\); the text is not shown, as it may be that of a Secret$/],
  ['a: 1', /bad\.yaml: holds something that is no object of Kubernetes: kind and metadata\.name are missing$/],
])('a file that holds `%s` is refused', async (content, message) => {
  const against = join(here.root, 'bad.yaml');
  writeFileSync(against, content);
  expect(await failure({ against })).toMatch(message);
});

test.each([
  ['is not closed', 'PASSWORD: "hunter2', /line 6, column 1: is no YAML \(missing char\)/],
  ['stands twice', 'PASSWORD: hunter2\n  PASSWORD: hunter2', /line 6, column 3: is no YAML \(duplicate key\)/],
  ['begins with a mark', 'PASSWORD: @hunter2', /line 5, column 13: is no YAML \(bad scalar start\)/],
  ['is an alias', 'PASSWORD: *hunter2', /bad\.yaml: is no YAML \(an alias, \*name, leads to no anchor, or to too much\)/],
])('a value of a broken Secret that %s is not told', async (_what, line, message) => {
  const against = join(here.root, 'bad.yaml');
  writeFileSync(against, `apiVersion: v1\nkind: Secret\nmetadata: { name: shop-django }\nstringData:\n  ${line}\n`);
  const said = await failure({ against });
  expect(said).toMatch(message);
  expect([said, ...here.said].join('\n')).not.toContain('hunter2');
});

test('an empty folder is refused, as it would make everything new', async () => {
  const against = join(here.root, 'empty');
  mkdirSync(against);
  expect(await failure({ against })).toMatch(/empty: holds no \.yaml or \.json$/);
});

test('an environment that has problems is not compared', async () => {
  here.project({ gunicorn: { replicas: 0 } });
  expect(await failure({})).toMatch(/gunicorn\.replicas/);
  expect(here.said).toEqual([]);
});

test('an environment that there is not is refused by those that there are', async () => {
  expect(await failure({}, 'stage')).toBe('there is no environment "stage"; there are: prod');
});

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadEnvironments, readEnvironments } from '../../config/load';
import { ConfigError } from '../../config/problems';
import { merge } from '../../constructs/finish';
import { config, SMALLEST } from '../support/stack';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'environments-'));
  mkdirSync(join(root, 'environments'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (name: string, changes: object = {}) => writeFileSync(join(root, 'environments', name), stringify(merge(SMALLEST, changes)));

/** The lines that reading ends with. */
function problemsOfFolder(): readonly string[] {
  try {
    loadEnvironments(root);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
}

test('every file becomes an environment that is called like it', () => {
  write('prod.yaml');
  write('dev.yml');
  expect(loadEnvironments(root).map(({ name, config: { namespace } }) => [name, namespace])).toEqual([
    ['dev', 'shop-dev'],
    ['prod', 'shop-prod'],
  ]);
});

test('two apps side by side work', () => {
  write('shop.yaml');
  write('blog.yaml', { release: 'blog' });
  expect(problemsOfFolder()).toEqual([]);
});

test('two files that would write into the same namespace are refused', () => {
  write('a.yaml', { namespace: 'shop' });
  write('b.yaml', { namespace: 'shop' });
  expect(problemsOfFolder()).toEqual([
    expect.stringMatching(/^environments\/b\.yaml:\d+:\d+ namespace: shop already belongs to environments\/a\.yaml/),
  ]);
});

test('problems of several files come together', () => {
  write('a.yaml', { release: 'A' });
  write('b.yaml', { release: 'B' });
  expect(problemsOfFolder()).toHaveLength(2);
});

test('the files that could be read are there beside the problems of others', () => {
  write('a.yaml', { release: 'A' });
  write('b.yaml', { migrate: { deadline: '10m', wait: '10m' } });
  write('c.yaml');
  write('d.yaml', { nginx: { static: { directory: 'none' } } });
  const { environments, problems } = readEnvironments(root);
  expect(environments.map(({ name }) => name)).toEqual(['b', 'c']);
  expect(problems).toEqual(['a', 'b', 'd'].map((name) => expect.stringMatching(`^environments/${name}\\.yaml:`) as string));
  expect(problemsOfFolder()).toEqual(problems);
});

test('without a problem there is nothing but the files', () => {
  write('a.yaml');
  expect(readEnvironments(root)).toMatchObject({ environments: [{ name: 'a' }], problems: [] });
});

test.each(['Prod.yaml', 'my_app.yaml', 'argocd.yaml', `${'a'.repeat(31)}.yaml`])('a file cannot be called %s', (name) => {
  write(name);
  expect(problemsOfFolder()).not.toEqual([]);
});

test('a folder without a file says what belongs there', () => {
  expect(problemsOfFolder()).toEqual([expect.stringContaining('environments/prod.yaml')]);
});

test('one replica on a GPU without a spare one is warned of', () => {
  write('a.yaml', { gunicorn: { replicas: 1, gpu: { count: 1 } } });
  write('b.yaml', { gunicorn: { replicas: 1, gpu: { count: 1, spare: true } } });
  const [a, b] = loadEnvironments(root);
  expect(a?.warnings).toEqual([expect.stringMatching(/gunicorn\.replicas: is 1, .*the site is down/)]);
  expect(b?.warnings).toEqual([]);
});

test('workers follow from GPUs, or else from the CPU limit', () => {
  const workers = (gunicorn: object) => config({ gunicorn }).gunicorn.workers;
  expect([workers({}), workers({ resources: { limits: { cpu: 3 } } }), workers({ gpu: { count: 2 } }), workers({ workers: 7 })]).toEqual([
    2, 3, 2, 7,
  ]);
});

test('the names of database and user follow from the release', () => {
  expect(config({ release: 'my-shop' }).postgres).toMatchObject({ database: 'my_shop', user: 'my_shop' });
  expect(config({ postgres: { database: 'old', user: 'me' } }).postgres).toMatchObject({ database: 'old', user: 'me' });
});

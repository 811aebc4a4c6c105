import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { restore } from '../../../cli/restore/restore';
import type { RestoreOptions } from '../../../cli/restore/source';
import { place } from '../../support/place';

const here = place();
const programs = mkdtempSync(join(tmpdir(), 'programs-'));
const calls = join(programs, 'calls');
const { PATH } = process.env;

beforeAll(() => {
  copyFileSync(join(__dirname, 'kubectl.sh'), join(programs, 'kubectl'));
  chmodSync(join(programs, 'kubectl'), 0o755);
});
beforeEach(() => {
  here.project();
  rmSync(calls, { force: true });
  Object.assign(process.env, { PATH: `${programs}${delimiter}${PATH}`, CALLS: calls, FAILS: 'none', PODS: 'one two' });
});
afterAll(() => {
  process.env.PATH = PATH;
  rmSync(programs, { recursive: true });
});

const failure = (options: RestoreOptions = {}) =>
  restore('prod', options, here.root).then(String, (error: unknown) => (error as Error).message);
const PATCH = /^patch deployment (\S+) .*"cdk8s-django\/replicas-before-restore":(null|"\d+")}},"spec":{"replicas":(\d+)}}$/;
/** Calls that change something, or wait for that, but for the lock. */
const changes = () =>
  existsSync(calls)
    ? readFileSync(calls, 'utf8')
        .trim()
        .split('\n')
        .filter((call) => !/^(get|logs|create|delete lease) /.test(call))
        .map((call) => call.replace(PATCH, 'scale $1 to $3, remembering $2'))
    : [];

test('the application stops for the change of names only, and comes back in the number that it had', async () => {
  await restore('prod', {}, here.root);
  expect(changes().map((call) => call.split(' --')[0])).toEqual([
    'delete',
    'apply',
    'scale shop-gunicorn to 0, remembering "3"',
    'wait',
    'apply',
    'scale shop-gunicorn to 3, remembering null',
    'rollout status deployment/shop-gunicorn',
    'delete',
  ]);
  expect(here.said.join('\n')).toMatch(/npm run restore prod -- --undo shop_before_\d{8}_\d{6}\n/);
  expect(here.said).toContain('what the container says');
});

test('every group of pods stops too, and comes back in its own number', async () => {
  process.env.DEPLOYMENTS = 'gunicorn:3 gunicorn-inference:1';
  await restore('prod', {}, here.root).finally(() => delete process.env.DEPLOYMENTS);
  const steps = changes().filter((call) => /^(?:scale|wait|rollout)/.test(call));
  expect(steps.map((call) => call.replace(/^wait .*/, 'wait'))).toEqual([
    'scale shop-gunicorn to 0, remembering "3"',
    'scale shop-gunicorn-inference to 0, remembering "1"',
    'wait',
    'scale shop-gunicorn to 3, remembering null',
    'scale shop-gunicorn-inference to 1, remembering null',
    'rollout status deployment/shop-gunicorn',
    'rollout status deployment/shop-gunicorn-inference',
  ]);
  expect(readFileSync(calls, 'utf8')).toContain('component in (gunicorn,gunicorn-inference)');
});

test('without a Deployment there is nothing to restore, and nothing is done', async () => {
  process.env.DEPLOYMENTS = '';
  const said = await failure().finally(() => delete process.env.DEPLOYMENTS);
  expect(said).toBe('namespace shop-prod has no Deployment of shop: release it first');
  expect(changes()).toEqual([]);
});

test('the pods that serve are waited for by name, where there are some', async () => {
  await restore('prod', {}, here.root);
  expect(changes().find((call) => call.startsWith('wait'))).toMatch(/^wait --for=delete pod\/one pod\/two --timeout=\d+s$/);
  rmSync(calls);
  process.env.PODS = '';
  await restore('prod', {}, here.root);
  expect(changes().filter((call) => call.startsWith('wait'))).toEqual([]);
});

test('when the site does not come back, what undoes it is said all the same', async () => {
  process.env.FAILS = 'rollout';
  expect(await failure()).toContain('rollout status');
  expect(here.said.at(-1)).toContain('--undo shop_before_');
});

test('a restore that fails stops nothing, and says what drops a half one', async () => {
  process.env.FAILS = 'shop-restore';
  expect(await failure()).toBe(
    [
      'the Job shop-restore has failed (BackoffLimitExceeded); its last line above says why',
      'shop is as it was; if shop_restored is left, this drops it:',
      'kubectl -n shop-prod exec shop-postgres-0 -- dropdb -U shop --if-exists shop_restored',
    ].join('\n'),
  );
  expect(changes().join('\n')).not.toContain('scale');
});

test('when names cannot be changed, the application comes back all the same', async () => {
  process.env.FAILS = 'shop-swap';
  expect(await failure()).toContain('the Job shop-swap has failed');
  expect(changes().at(-1)).toBe('scale shop-gunicorn to 3, remembering null');
});

test('what an earlier restore has stopped, and not started, comes back in the number that it had before that', async () => {
  Object.assign(process.env, { DEPLOYMENTS: 'gunicorn:0', BEFORE: '4' });
  await restore('prod', {}, here.root).finally(() => Object.assign(process.env, { DEPLOYMENTS: undefined, BEFORE: undefined }));
  expect(changes().filter((call) => call.startsWith('scale'))).toEqual([
    'scale shop-gunicorn to 0, remembering "4"',
    'scale shop-gunicorn to 4, remembering null',
  ]);
});

test('when a part of the application cannot be started, the others are, and nobody says that all is as it was', async () => {
  Object.assign(process.env, { DEPLOYMENTS: 'gunicorn:3 gunicorn-inference:1', FAILS: 'start' });
  const said = await failure().finally(() => delete process.env.DEPLOYMENTS);
  expect(said).toMatch(
    /^ada may not patch deployments in [^]*\nthis says whether the restored database is shop now:\nkubectl .* logs job\/shop-swap\n/,
  );
  expect(said).toMatch(/scale deployment\/shop-gunicorn --replicas=3\nkubectl .* scale deployment\/shop-gunicorn-inference --replicas=1$/);
  expect(said).not.toContain('as it was');
  expect(changes()).toContain('scale shop-gunicorn-inference to 1, remembering null');
});

test('nobody releases or restores meanwhile', async () => {
  await restore('prod', { beside: true }, here.root);
  const all = readFileSync(calls, 'utf8').trim().split('\n');
  const [taken, given] = [all.indexOf('create --filename -'), all.indexOf('delete lease shop-release --ignore-not-found')];
  expect(all.findIndex((call) => call.startsWith('apply'))).toBeGreaterThan(taken);
  expect([taken >= 0, given]).toEqual([true, all.length - 1]);
});

test('when the cluster does not answer while names change, what is not known is said, and what starts the application', async () => {
  process.env.FAILS = 'outage';
  let now = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 6 * 60 * 1000)); // longer than anybody waits
  const said = await failure().finally(() => clock.mockRestore());
  expect(said).toMatch(/^no cluster answers at 192.0.2.1:6443 [^]*this says whether the restored database is shop now/);
  expect(said).toContain('kubectl --namespace shop-prod logs job/shop-swap\n');
  expect(said).toMatch(/kubectl --namespace shop-prod scale deployment\/shop-gunicorn --replicas=3$/);
  expect(said).not.toContain('as it was');
});

test('a Job whose file cannot be sent is ended, as it would wait for ever', async () => {
  process.env.FAILS = 'exec';
  here.give('../../x.sql', '-- PostgreSQL database dump\n-- PostgreSQL database dump complete\n');
  expect(await failure({ file: join(here.root, 'x.sql') })).toContain('kubectl exec --stdin pod');
  expect(changes()).toContain('delete job shop-restore --wait=false');
});

test('what an undo fails at is not dropped', async () => {
  process.env.FAILS = 'shop-restore';
  expect(await failure({ undo: 'shop_before_20261122_090000' })).toMatch(/\nshop is as it was$/);
});

test('--beside stops nothing, and says where it is', async () => {
  await restore('prod', { beside: true }, here.root);
  expect(changes().join('\n')).not.toContain('scale');
  expect(here.said.at(-1)).toContain('shop_restored is there beside shop.');
});

test('--dry-run shows both Jobs, and asks no cluster', async () => {
  await restore('prod', { dryRun: true }, here.root);
  const objects = parseAllDocuments(here.said.join('\n')).map(
    (document) => document.toJSON() as { kind: string; metadata: { name: string } },
  );
  expect(objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name)).toEqual(['shop-restore', 'shop-swap']);
  expect(existsSync(calls)).toBe(false);
});

test('options are looked at before the cluster is asked', async () => {
  expect(await failure({ at: 'yesterday' })).toContain('--at must be');
  expect(existsSync(calls)).toBe(false);
});

test('without kubectl it says what is missing', async () => {
  process.env.PATH = '';
  expect(await failure()).toBe('kubectl cannot be run: install it, and let it reach the cluster');
});

describe('--media', () => {
  const MEDIA = { django: { project: 'main_app', hosts: ['shop.example.com'], media: { storage: '5Gi', path: '/app/media' } } };
  beforeEach(() => here.project(MEDIA));

  test('puts files back while the site serves, and leaves no Job behind', async () => {
    await restore('prod', { media: true }, here.root);
    expect(changes().map((call) => call.split(' --')[0])).toEqual(['delete', 'apply', 'delete']);
    expect(here.said).toContain('what the container says');
  });

  test('looks for the volume before it makes anything', async () => {
    await restore('prod', { media: true }, here.root);
    expect(readFileSync(calls, 'utf8').split('\n')[0]).toBe('get persistentvolumeclaim shop-media');
  });

  test('a Job that fails stays to be looked at', async () => {
    process.env.FAILS = 'shop-restore-media';
    expect(await failure({ media: true })).toBe(
      'the Job shop-restore-media has failed (BackoffLimitExceeded); its last line above says why',
    );
    expect(changes().map((call) => call.split(' --')[0])).toEqual(['delete', 'apply']);
  });

  test('--dry-run shows the Job of the backup that was asked for, and asks no cluster', async () => {
    await restore('prod', { media: true, dryRun: true, at: '2026-11-23T14:30Z' }, here.root);
    const objects = parseAllDocuments(here.said.join('\n')).map(
      (document) => document.toJSON() as { kind: string; metadata: { name: string } },
    );
    expect(objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name)).toEqual(['shop-restore-media']);
    expect(here.said.join('\n')).toContain('- 20261123T143000Z');
    expect(existsSync(calls)).toBe(false);
  });

  test.each<[RestoreOptions, string]>([
    [{ file: 'x.sql' }, '--media and --file exclude each other'],
    [{ undo: 'shop_before_20261122_090000', beside: true }, '--media and --undo and --beside exclude each other'],
    [{ at: 'yesterday' }, '--at must be a time with its zone'],
    [{ from: 'off-site' }, '--from off-site needs the section `offsite`'],
  ])('%j is refused with a reason', async (options, expected) => {
    expect(await failure({ ...options, media: true })).toContain(expected);
    expect(existsSync(calls)).toBe(false);
  });

  test('an environment without a volume for files is named', async () => {
    here.project();
    expect(await failure({ media: true })).toBe(
      '--media needs `django.media` in the file of the environment: it says where uploaded files are',
    );
  });

  test('a restore of the database says how files of that time come back, where there are files', async () => {
    await restore('prod', { at: '2026-11-23T14:30Z' }, here.root);
    expect(here.said.at(-1)).toMatch(/\nnpm run restore prod -- --media --at 2026-11-23T14:30:00Z$/);
    await restore('prod', { undo: 'shop_before_20261122_090000' }, here.root);
    expect(here.said.at(-1)).not.toContain('--media');
    here.project();
    await restore('prod', {}, here.root);
    expect(here.said.at(-1)).not.toContain('--media');
  });
});

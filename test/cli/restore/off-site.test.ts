/** `--from off-site`, with stand-ins for the cluster, the bucket and gpg; the real ones are in test/runtime and test/cluster. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type OS from 'node:os';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { restore } from '../../../cli/restore/restore';
import type { RestoreOptions } from '../../../cli/restore/source';
import { place } from '../../support/place';
import { PUBLIC_KEY } from '../../support/public-key';

// The real one does not see what a test has in its environment.
jest.mock('node:os', () => {
  const os = jest.requireActual<typeof OS>('node:os');
  return { ...os, tmpdir: () => process.env.TMPDIR ?? os.tmpdir() };
});

const here = place();
const work = mkdtempSync(join(tmpdir(), 'off-site-'));
const [programs, copies, scratch, calls] = ['programs', 'copies', 'scratch', 'calls'].map((name) => join(work, name)) as [
  string,
  string,
  string,
  string,
];
const [OLD, NEW] = ['shop-20261122T030004Z', 'shop-20261123T030004Z'];
const OFFSITE = { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY };
const VARIABLES = ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map((name) => `RCLONE_CONFIG_OFFSITE_${name}`);
const before = { ...process.env };

const hash = (algorithm: string, content: Buffer) => createHash(algorithm).update(content).digest('hex');

/** A copy as offsite.sh leaves it, but for the encryption. */
function lay(name: string): void {
  const folder = join(work, 'made', name);
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(copies, name), { recursive: true });
  const files = ['database.dump', 'globals.sql', 'manifest.json', 'media/upload'];
  mkdirSync(join(folder, 'media'), { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), `${file} of ${name}`);
  writeFileSync(join(folder, 'manifest.json'), `    "media": {"files":1,"bytes":${`media/upload of ${name}`.length}},\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), files.map((file) => `${hash('sha256', readFileSync(join(folder, file)))}  ${file}\n`).join(''));
  const archive = execFileSync('tar', ['--create', '--directory', join(work, 'made'), '--', name]);
  writeFileSync(join(copies, name, `${name}.tar.gpg.0000`), archive);
  writeFileSync(join(copies, name, 'MD5SUMS'), `${hash('md5', archive)}  ${name}.tar.gpg.0000\n`);
}

beforeAll(() => {
  mkdirSync(programs);
  for (const name of ['kubectl', 'rclone', 'gpg']) {
    copyFileSync(join(__dirname, `${name}.sh`), join(programs, name));
    chmodSync(join(programs, name), 0o755);
  }
});
beforeEach(() => {
  here.project({ offsite: OFFSITE });
  for (const folder of [copies, scratch]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  rmSync(calls, { force: true });
  lay(OLD);
  lay(NEW);
  const credentials = Object.fromEntries(VARIABLES.map((name) => [name, 'reader']));
  const path = `${programs}${delimiter}${before.PATH}`;
  Object.assign(process.env, credentials, {
    PATH: path,
    CALLS: calls,
    FAILS: 'none',
    PODS: 'one',
    COPIES: copies,
    TMPDIR: scratch,
    NO_KEY: '',
  });
});
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  rmSync(work, { recursive: true });
});

const run = (options: RestoreOptions = {}) => restore('prod', { from: 'off-site', ...options }, here.root);
const failure = (options: RestoreOptions = {}) => run(options).then(String, (error: unknown) => (error as Error).message);
/** The folder that has come to the pod. */
const sent = () => {
  execFileSync('tar', ['--extract', '--directory', scratch, '--file', `${calls}.input`]);
  return Object.fromEntries(readdirSync(scratch).map((name) => [name, readFileSync(join(scratch, name, 'database.dump'), 'utf8')]));
};
const changes = () =>
  existsSync(calls)
    ? readFileSync(calls, 'utf8')
        .split('\n')
        .filter((call) => /^(apply|delete (?!lease)|patch)/.test(call))
    : [];

test('the newest copy is fetched, and comes whole to the pod; nothing of it stays here', async () => {
  await run();
  expect(readdirSync(scratch)).toEqual([]);
  expect(sent()).toEqual({ [NEW]: `database.dump of ${NEW}` });
  expect(here.said.join('\n')).toContain(`{"event":"fetch_ok","backup":"${NEW}"`);
  expect(here.said.at(-1)).toContain('shop is live');
});

test.each([
  [{}, 'database.dump', 'media'],
  [{ media: true }, 'media', 'database.dump'],
])('with %j the part that the Job reads comes to it, and the other does not', async (options, comes, stays) => {
  const media = { storage: '5Gi', path: '/app/media' };
  here.project({ offsite: OFFSITE, django: { project: 'main_app', hosts: ['shop.example.com'], media } });
  await run(options);
  execFileSync('tar', ['--extract', '--directory', scratch, '--file', `${calls}.input`]);
  expect([comes, stays].map((name) => existsSync(join(scratch, NEW, name)))).toEqual([true, false]);
  expect(existsSync(join(scratch, NEW, 'SHA256SUMS'))).toBe(true);
});

test('--at takes the newest that is not younger', async () => {
  await run({ at: '2026-11-22T12:00Z' });
  expect(sent()).toEqual({ [OLD]: `database.dump of ${OLD}` });
});

test('--beside leaves it there', async () => {
  await run({ beside: true });
  expect(here.said.at(-1)).toContain('shop_restored is there beside shop.');
});

test('what stands in the way is said at once, before anything is touched', async () => {
  process.env.NO_KEY = 'yes';
  for (const name of VARIABLES) process.env[name] = '';
  expect(await failure()).toBe(
    [
      'the private key of offsite.publicKey, ABCDEF, is not in the keyring',
      `who may read the bucket is not said: set ${VARIABLES.join(' and ')}`,
    ].join('\n'),
  );
  expect([changes(), readdirSync(scratch)]).toEqual([[], []]);
});

test('a time before the first copy, and a copy that is damaged, touch nothing', async () => {
  expect(await failure({ at: '2026-11-01T00:00Z' })).toBe(`there is no backup of shop before 20261101T000000Z: the oldest is ${OLD}`);
  writeFileSync(join(copies, NEW, `${NEW}.tar.gpg.0000`), 'x');
  expect(await failure()).toBe(`${NEW} is damaged in the bucket: MD5SUMS does not hold for ${NEW}.tar.gpg.0000`);
  expect([changes(), readdirSync(scratch)]).toEqual([[], []]);
});

test('nothing of it stays here when the Job fails', async () => {
  process.env.FAILS = 'shop-restore';
  expect(await failure()).toContain('the Job shop-restore has failed');
  expect(readdirSync(scratch)).toEqual([]);
});

test('nothing of it stays here when somebody interrupts', async () => {
  const exited = new Promise((resolve) => jest.spyOn(process, 'exit').mockImplementation(resolve as never));
  process.env.SLOW = '0.5';
  const end = failure();
  const folders = () => readdirSync(scratch).filter((name) => name.startsWith('restore-'));
  while (folders().length === 0) await setTimeout(20);
  process.emit('SIGINT', 'SIGINT');
  expect(await exited).toBe(130);
  expect(folders()).toEqual([]);
  await end;
  jest.restoreAllMocks();
});

test('an environment without copies is named, and --dry-run fetches none', async () => {
  await run({ dryRun: true });
  expect(here.said.join('\n')).not.toContain('fetch_ok');
  here.project();
  expect(await failure()).toContain('--from off-site needs the section `offsite`');
});

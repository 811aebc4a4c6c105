/** The postmaster is killed, and volumes are full: what was acknowledged stays. Needs the suite's own node, which can do both. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { inBackupPod, runNow } from './support/jobs';
import { kubectl, until } from './support/kubectl';
import { Ledger } from './support/ledger';
import { Release } from './support/release';

const CLASS = 'small';
const release = new Release('dev', {
  release: 'full',
  django: { hosts: ['full.localhost'] },
  postgres: { storage: '256Mi', storageClass: CLASS },
  backup: { storage: '1Mi', storageClass: CLASS },
});
const ledger = new Ledger(release);
const POSTGRES = `${release.release}-postgres-0`;
const [DATA, BACKUPS] = [`data-${POSTGRES}`, `${release.release}-backup`];
/** Of every pod. */
const USER = '10001';
const FILLER = "insert into filler select repeat('x', 8000) from generate_series(1, 2000)";

const node = (program: string, ...args: readonly string[]) => execFileSync(join(__dirname, 'node', program), args);
const pathOf = (claim: string) => `/var/local/${claim}`;
const size = (claim: string, megabytes: number) => node('volume', pathOf(claim), `${megabytes}`, USER);
const volume = (claim: string, storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: claim },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    storageClassName: CLASS,
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: { path: pathOf(claim) },
    claimRef: { namespace: release.namespace, name: claim },
  },
});

const server = () => release.pods('postgres')[0]?.status.containerStatuses?.find(({ name }) => name === 'postgres');
const backups = () =>
  inBackupPod(release, 'backups', 'cd /backup; find . -type f -print0 | sort --zero-terminated | xargs --null sha256sum');

/** What the database says at last. */
function fill(): string {
  release.sql('create table filler (content text)');
  release.sql('alter table filler alter content set storage external');
  try {
    for (;;) release.sql(FILLER);
  } catch (error) {
    return String(error);
  }
}

function log(...options: readonly string[]): string {
  try {
    return release.kubectl('logs', POSTGRES, ...options);
  } catch {
    return ''; // There is none before.
  }
}

beforeAll(async () => {
  size(DATA, 256);
  size(BACKUPS, 1);
  kubectl(
    ['apply', '--filename', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [volume(DATA, '256Mi'), volume(BACKUPS, '1Mi')] }),
  );
  await release.installed();
  await ledger.begin();
  await ledger.goesOn();
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
  kubectl(['delete', 'persistentvolume', DATA, BACKUPS, '--wait=false']);
});

test('the postmaster is killed with -9: the load goes on after one restart, and no acknowledged row is lost', async () => {
  const before = server();
  const restarts = (before?.restartCount ?? 0) + 1;
  node('kill', before?.containerID.replace('containerd://', '') ?? '');
  await until('another postmaster', () => server()?.restartCount === restarts);
  await ledger.goesOn();
  expect(server()?.restartCount).toBe(restarts);
  expect(ledger.compare(release.release).lost).toEqual([]);
});

test('a full volume of the backups fails the Job, which says why, and leaves those that are there as they were', async () => {
  await runNow(release, 'backup', 'fits');
  const before = await backups();
  expect(before).toContain('/database.dump\n');
  release.sql('create table noise as select md5(random()::text) from generate_series(1, 100000)');
  const { succeeded, message } = await runNow(release, 'backup', 'too-large');
  expect(succeeded).toBe(false);
  expect(message).toMatch(/"event":"backup_failed","reason":".*No space left on device/);
  await until('the event', () => release.events('too-large').some((event) => event.startsWith('BackoffLimitExceeded: ')));
  expect(await backups()).toBe(before);
});

test('a full volume of the database loses no acknowledged row, and when it has grown the site goes on', async () => {
  // A table says so to who writes, the WAL ends the server.
  const told = fill();
  await until('the reason', () => `${told}${log()}${log('--previous')}`.includes('No space left on device'));
  size(DATA, 1024);
  await until('Postgres', () => release.sql('select 1') === '1');
  await ledger.goesOn();
  await ledger.end();
  const { acknowledged, lost } = ledger.compare(release.release);
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(200);
  release.rolledOut(`deployment/${release.release}-gunicorn`);
});

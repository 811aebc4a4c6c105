/** A volume of Postgres that is full. Needs the suite's own node, which makes a small one and lets it grow. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { kubectl, until } from './support/kubectl';
import { Ledger } from './support/ledger';
import { Release } from './support/release';

const CLASS = 'small';
const release = new Release('dev', {
  release: 'full',
  django: { hosts: ['full.localhost'] },
  postgres: { storage: '256Mi', storageClass: CLASS },
});
const ledger = new Ledger(release);
const PATH = '/var/local/full';
/** Of every pod. */
const USER = '10001';
const FILLER = "insert into filler select repeat('x', 8000) from generate_series(1, 2000)";

const size = (megabytes: number) => execFileSync(join(__dirname, 'node/volume'), [PATH, `${megabytes}`, USER]);
const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: release.namespace },
  spec: {
    capacity: { storage: '256Mi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: CLASS,
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: { path: PATH },
    claimRef: { namespace: release.namespace, name: `data-${release.release}-postgres-0` },
  },
};

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
    return release.kubectl('logs', `${release.release}-postgres-0`, ...options);
  } catch {
    return ''; // There is none before.
  }
}

beforeAll(async () => {
  size(256);
  kubectl(['apply', '--filename', '-'], JSON.stringify(volume));
  await release.installed();
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
  kubectl(['delete', 'persistentvolume', release.namespace, '--wait=false']);
});

test('a full volume of the database loses no acknowledged row, and when it has grown the site goes on', async () => {
  await ledger.begin();
  await ledger.goesOn();
  // A table says so to who writes, the WAL ends the server.
  expect(`${fill()}${log()}${log('--previous')}`).toContain('No space left on device');
  size(1024);
  await until('Postgres', 180, () => release.sql('select 1') === '1');
  await ledger.goesOn();
  await ledger.end();
  const { acknowledged, lost } = ledger.compare(release.release);
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(200);
  release.rolledOut(`deployment/${release.release}-gunicorn`);
});

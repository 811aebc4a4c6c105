import { parseAllDocuments } from 'yaml';
import { migrate, type MigrateOptions } from '../../cli/migrate';
import { FakeCluster } from '../support/fake-cluster';
import { place } from '../support/place';

const here = place();
let cluster = new FakeCluster();
beforeEach(() => {
  here.project();
  cluster = new FakeCluster();
});
const run = (options: MigrateOptions = {}) => migrate('prod', options, here.root, cluster);
const reason = () => run().then(String, (error: unknown) => (error as Error).message);

test('the Job of the release runs with what it mounts, and with nothing else, under the lock', async () => {
  cluster.logs.migrate = ['nothing to migrate'];
  await run();
  expect(cluster.changes).toEqual([
    'create Lease/shop-release',
    expect.stringMatching(/^apply ConfigMap\/shop-migrate-[0-9a-f]{8} Job\/shop-migrate-[0-9a-f]{8}$/),
    'delete lease shop-release',
  ]);
  expect(here.said).toContain('nothing to migrate');
});

test('one that has ended runs again', async () => {
  await run();
  await run();
  expect(cluster.changes.filter((one) => one.startsWith('delete job shop-migrate-'))).toHaveLength(1);
});

test('one that fails says so, and gives the lock back', async () => {
  cluster.failWhere(() => true);
  expect(await reason()).toMatch(/^the Job shop-migrate-[0-9a-f]{8} has failed/);
  expect(cluster.names('Lease')).toEqual([]);
});

test('--dry-run shows the manifests, and asks no cluster', async () => {
  await run({ dryRun: true });
  const kinds = parseAllDocuments(here.said.join('\n')).map((document) => (document.toJSON() as { kind: string }).kind);
  expect(kinds).toEqual(['ConfigMap', 'Job']);
  expect(cluster.changes).toEqual([]);
});

test('with Argo CD a sync does it', async () => {
  here.project({ argocd: { repository: 'https://git.example.com/team/shop.git' } });
  expect(await reason()).toContain('A sync migrates');
  expect(cluster.changes).toEqual([]);
});

test('whom the cluster refuses learns why', async () => {
  cluster.refusing.add('apply');
  expect(await reason()).toContain('(Forbidden)');
});

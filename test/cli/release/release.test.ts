/** `npm run release`, with a stand-in for the cluster; the real one is in test/cluster. */
import { release } from '../../../cli/release/release';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';

const here = place();
let cluster: FakeCluster;
beforeEach(() => {
  cluster = new FakeCluster();
  cluster.logs.migrate = ['nothing to migrate'];
  here.project();
});

const make = (changes: object = {}) => {
  here.project(changes);
  return release('prod', {}, here.root, cluster);
};
const failure = (changes: object = {}) => make(changes).then(String, (error: unknown) => (error as Error).message);
const history = async () => {
  here.said = [];
  await release('prod', { history: true }, here.root, cluster);
  return here.said.join('\n');
};
const entry = (number: number) =>
  JSON.parse((cluster.find('ConfigMap', `shop-release-${number}`)?.data as Record<string, string>)['release.json'] ?? '') as object;
const index = (change: RegExp) => cluster.changes.findIndex((one) => change.test(one));

test('volumes come first, then Secrets, then the rest; it is waited for, and said', async () => {
  here.give('secrets.k8s.yaml', '');
  await make();
  const order = [
    /^create Lease\/shop-release/,
    /^create ConfigMap\/shop-release-1/,
    /^apply Namespace\/shop-prod PersistentVolumeClaim\/\S+ PersistentVolumeClaim/,
    /^apply \S+\/secrets\/prod\/secrets.k8s.yaml$/,
    /^apply .*StatefulSet\/shop-postgres/,
    /^replace ConfigMap\/shop-release-1/,
    /^delete lease shop-release/,
  ].map(index);
  expect(order).not.toContain(-1);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(here.said).toEqual(expect.arrayContaining(['nothing to migrate', 'postgres  1 of 1 ready', 'gunicorn  2 of 2 ready']));
  expect(here.said.at(-1)).toBe('release 1 serves');
});

test('without Secrets beside it none are applied', async () => {
  await make();
  expect(index(/secrets/)).toBe(-1);
});

test('who, when and which image is remembered, the newest first', async () => {
  expect(await history()).toBe('shop-prod remembers no release: npm run release prod makes the first');
  await make();
  await make({ image: 'registry.example.com/team/shop:1.0.1' });
  const [head, second, first, ...more] = (await history()).split('\n');
  expect(head).toMatch(/^# +when +status +image +commit +who$/);
  expect(second).toMatch(/^2 +2026-11-24 00:\d\dZ +deployed +registry.example.com\/team\/shop:1.0.1 +- +\S+@\S+, as ada$/);
  expect(first).toMatch(/^1 .* registry.example.com\/team\/shop:1.0.0 /);
  expect(more).toEqual([]);
});

test('a second release of the same makes its migration anew, and removes nothing', async () => {
  await make();
  cluster.changes.length = 0;
  await make();
  expect(cluster.changes.filter((one) => one.startsWith('delete'))).toEqual([
    expect.stringMatching(/^delete job shop-migrate-[0-9a-f]{8}$/),
    'delete lease shop-release',
  ]);
});

test('what earlier releases have applied and this one has not goes in the end, with what a failed one left, and what keeps data stays', async () => {
  await make({ backup: { schedule: '0 3 * * *' } });
  const maps = () => cluster.names('ConfigMap').filter((name) => /^shop-nginx-[0-9a-f]{8}$/.test(name));
  const first = maps();
  cluster.failWhere((name) => name === 'shop-gunicorn');
  await failure({ nginx: { uploadLimit: '7Mi' } });
  const left = maps();
  expect(left).toHaveLength(2);
  cluster.failWhere(() => false);
  await make({
    nginx: { uploadLimit: '8Mi' },
    postgres: { kind: 'external', external: { host: 'db.example.com', secretName: 'db', addresses: ['10.20.0.0/16'] }, storage: null },
    drill: { storage: '2Gi' },
  });
  expect(maps().filter((name) => left.includes(name))).toEqual([]);
  expect(first).toHaveLength(1);
  expect(cluster.names('StatefulSet')).toEqual(['shop-postgres']);
  expect(cluster.names('PersistentVolumeClaim')).toContain('data-shop-postgres-0');
  const removal = index(/^delete .*ConfigMap\/shop-nginx/);
  expect(cluster.changes.slice(removal).join('\n')).not.toContain('rollout');
  expect(removal).toBeGreaterThan(0);
});

test('an autoscaler goes before the number of pods that comes in its place, which it would change', async () => {
  await make({ gunicorn: { replicas: { min: 2, max: 4 } } });
  await make({ gunicorn: { replicas: 3 } });
  const removal = index(/^delete .*HorizontalPodAutoscaler.autoscaling\/shop-gunicorn/);
  expect(removal).toBeGreaterThan(0);
  const applied = (changes: readonly string[]) => changes.filter((one) => /^apply .*Deployment\/shop-gunicorn/.test(one));
  expect(applied(cluster.changes.slice(0, removal))).toHaveLength(1);
  expect(applied(cluster.changes.slice(removal))).toHaveLength(1);
  expect(cluster.names('HorizontalPodAutoscaler')).toEqual([]);
});

test('a migration that fails ends it: the reason is said and remembered, nothing is removed, and the lock is free', async () => {
  await make();
  const before = cluster.names('ConfigMap').filter((name) => name.includes('nginx'));
  cluster.logs.migrate = ['migration shop.0002_x failed: division by zero'];
  cluster.failWhere((name) => name.startsWith('shop-migrate'));
  const said = await failure({ image: 'registry.example.com/team/shop:1.0.1' });
  expect(said).toMatch(/^release 2 has failed: the Job shop-migrate-\w+ has failed \(.*\); its last line above says why\n/);
  expect(said).toContain('npm run rollback prod');
  expect(here.said).toContain('migration shop.0002_x failed: division by zero');
  expect(entry(2)).toMatchObject({ status: 'failed', reason: expect.stringContaining('has failed') as string });
  expect(await history()).toContain('has failed');
  expect(cluster.names('ConfigMap')).toEqual(expect.arrayContaining(before));
  expect(cluster.find('Lease', 'shop-release')).toBeUndefined();
});

const GPU = { gunicorn: { gpu: { count: 1 } } };
const SPARE = { gunicorn: { gpu: { count: 1, spare: true } } };

test('where no GPU is spare, the migration comes to its end before pods stop', async () => {
  await make(GPU);
  const [job, deployment] = [/^apply .*Job\/shop-migrate/, /^apply Deployment\/shop-gunicorn$/].map(index);
  expect(job).toBeGreaterThan(0);
  expect(deployment).toBeGreaterThan(job ?? 0);
  expect(cluster.changes[job ?? 0]).toMatch(/Deployment\/shop-nginx/);
  expect(cluster.changes[job ?? 0]).not.toMatch(/Deployment\/shop-gunicorn/);
});

test.each([
  ['without a GPU', {}],
  ['with one to spare', SPARE],
])('%s everything is applied at once', async (_what, changes) => {
  await make(changes);
  expect(cluster.changes[index(/^apply .*Job\/shop-migrate/)]).toMatch(/Deployment\/shop-gunicorn/);
});

test('where no GPU is spare, a migration that fails leaves the pods alone', async () => {
  await make(GPU);
  const before = cluster.find('Deployment', 'shop-gunicorn');
  cluster.failWhere((name) => name.startsWith('shop-migrate'));
  expect(await failure({ ...GPU, image: 'registry.example.com/team/shop:1.0.1' })).toContain('release 2 has failed');
  expect(cluster.find('Deployment', 'shop-gunicorn')).toBe(before);
});

test('the ten newest are remembered, and the newest that was deployed besides', async () => {
  await make();
  cluster.failWhere((name) => name === 'shop-gunicorn');
  for (let count = 0; count < 11; count += 1) await failure();
  expect((await history()).match(/^\d+/gm)).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3', '1']);
});

test('where Argo CD releases, it is told so, and nothing is asked', async () => {
  const argocd = { repository: 'https://git.example.com/team/shop.git' };
  expect(await failure({ argocd })).toMatch(/^prod has the section argocd: Argo CD applies what is in Git/);
  expect(cluster.changes).toEqual([]);
});

test('an environment with a problem is refused before anything is asked', async () => {
  expect(await failure({ overrides: [{ kind: 'Deployment', name: 'shop-none', merge: { spec: {} } }] })).toContain('shop-none');
  expect(cluster.changes).toEqual([]);
});

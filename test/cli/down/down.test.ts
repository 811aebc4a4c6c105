import { down, type DownOptions } from '../../../cli/down/down';
import { release } from '../../../cli/release/release';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';

const here = place();
const MEDIA = { django: { project: 'main_app', hosts: ['shop.example.com'], media: { storage: '5Gi', path: '/app/media' } } };
let cluster = new FakeCluster();
beforeEach(() => {
  here.project();
  cluster = new FakeCluster();
  process.stdin.isTTY = false;
});

const run = (options: DownOptions = {}) => down('prod', options, here.root, cluster);
const reason = (options: DownOptions = {}) => run(options).then(String, (error: unknown) => (error as Error).message);
const deleted = () => cluster.changes.filter((one) => one.startsWith('delete ') && !one.startsWith('delete lease')).join(' ');

test('the stack goes, and what keeps data stays and is named', async () => {
  here.project(MEDIA);
  await run();
  for (const one of ['Deployment.apps/shop-gunicorn', 'StatefulSet.apps/shop-postgres', 'Service/shop-nginx', 'CronJob.batch/shop-backup'])
    expect(deleted()).toContain(one);
  expect(deleted()).not.toMatch(/Namespace|PersistentVolumeClaim|Secret/);
  const said = here.said.at(-1) ?? '';
  for (const claim of ['data-shop-postgres-0', 'shop-backup', 'shop-media']) expect(said).toContain(`PersistentVolumeClaim/${claim}`);
  expect(said).toContain('npm run down prod -- --volumes deletes them');
});

test('what earlier releases have left goes too', async () => {
  here.project({ postgres: { storage: '1Gi', pooler: {} } });
  await release('prod', {}, here.root, cluster);
  here.project();
  await run();
  expect(deleted()).toContain('Deployment.apps/shop-pooler');
});

test('whoever releases has the lock meanwhile, which is given back', async () => {
  await run();
  expect(cluster.changes[0]).toBe('create Lease/shop-release');
  expect(cluster.names('Lease')).toEqual([]);
});

test('volumes go when the namespace is named', async () => {
  await run({ volumes: true, yes: 'shop-prod' });
  expect(deleted()).toContain('PersistentVolumeClaim/data-shop-postgres-0');
  expect(deleted()).not.toContain('Namespace/');
  expect(here.said.at(-1)).not.toContain('deletes them\n');
});

test('servers of an operator, and where they archive to, are what keeps data', async () => {
  here.project({ postgres: { kind: 'cloudnative-pg', storage: '1Gi' } });
  await run();
  expect(deleted()).not.toContain('Cluster.postgresql.cnpg.io');
  expect(here.said.at(-1)).toContain('Cluster.postgresql.cnpg.io/shop-postgres');
});

test('--dry-run says what goes and what stays, and deletes nothing', async () => {
  await run({ dryRun: true });
  expect(here.said.join('\n')).toMatch(/^What goes:[^]*Deployment.apps\/shop-nginx[^]*What stays:/);
  expect(cluster.changes).toEqual([]);
});

test.each<[DownOptions, string]>([
  [{ volumes: true }, '--volumes asks first, and there is no terminal to ask in: --yes shop-prod says that it may'],
  [{ volumes: true, yes: 'shop' }, '--yes must be the namespace whose volumes are deleted, shop-prod, got "shop"'],
  [{ yes: 'shop-prod' }, '--yes is for --volumes: without that nothing is asked'],
])('%j is refused with a reason, and nothing is deleted', async (options, expected) => {
  expect(await reason(options)).toBe(expected);
  expect(cluster.changes).toEqual([]);
});

test('what Argo CD applies is its to delete', async () => {
  here.project({ argocd: { repository: 'https://git.example.com/team/shop.git' } });
  expect(await reason()).toMatch(/^prod has the section argocd: .* Delete its Application: docs\/how-to\/argo-cd.md/);
  expect(cluster.changes).toEqual([]);
});

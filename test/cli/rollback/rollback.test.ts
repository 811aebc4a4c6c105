/** `npm run rollback`, with a stand-in for the cluster; the real one is in test/cluster. */
import { release } from '../../../cli/release/release';
import { rollback, type RollbackOptions } from '../../../cli/rollback/rollback';
import type { Judged } from '../../../cli/rollback/reversal';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';

const here = place();
let cluster: FakeCluster;

const IMAGE = 'registry.example.com/team/shop';
const make = (tag: string, changes: object = {}) => {
  here.project({ image: `${IMAGE}:${tag}`, ...changes });
  return release('prod', {}, here.root, cluster);
};
beforeEach(async () => {
  cluster = new FakeCluster();
  await make('1');
  await make('2', { nginx: { uploadLimit: '7Mi' }, postgres: { storage: '2Gi' } });
  cluster.changes.length = 0;
  here.said = [];
});

const back = (options: RollbackOptions = {}) => rollback('prod', options, here.root, cluster);
const failure = (options: RollbackOptions = {}) => back(options).then(String, (error: unknown) => (error as Error).message);
const judged = (name: string, verdict: Judged['verdict'], why: string[] = [], loses: string[] = []): Judged => ({
  ...{ name, verdict, why, loses, applied: '2026-11-24T01:00:00Z' },
});
const judges = (...migrations: readonly Judged[]) => {
  cluster.logs.migrate = ['what it says', JSON.stringify({ event: 'reversal', migrations })].map((line) => line);
};
interface Pods {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly { readonly configMap?: { readonly name: string } }[];
        readonly containers: readonly { readonly image: string; readonly command: string[] }[];
      };
    };
  };
}
const image = () => (cluster.find('Deployment', 'shop-gunicorn') as unknown as Pods).spec.template.spec.containers[0]?.image;
const job = () => cluster.find('Job', 'shop-rollback') as unknown as Pods;
const applied = () => cluster.changes.filter((one) => /^apply .*Deployment/.test(one)).length;

test('where nothing was migrated since, the release before comes back, as one of its own', async () => {
  judges();
  await back();
  expect(image()).toBe(`${IMAGE}:1`);
  expect(here.said[0]).toMatch(`from release 2 back to 1: ${IMAGE}:1, of 2026-11-24T00:`);
  expect(here.said.at(-1)).toBe('release 3 serves, as 1 did');
  here.said = [];
  await release('prod', { history: true }, here.root, cluster);
  expect(here.said.join('\n')).toMatch(/\n3 .* deployed, as 1 .*shop:1 /);
});

test('ConfigMaps of then are there again, those of since are gone, and no claim is touched', async () => {
  judges();
  await back();
  expect(cluster.names('ConfigMap').filter((name) => /^shop-nginx-[0-9a-f]{8}$/.test(name))).toHaveLength(1);
  expect(cluster.changes.join('\n')).not.toContain('PersistentVolumeClaim');
});

test('the image that runs judges what was applied since the release was migrated, with its own limits, and without a backup', async () => {
  judges();
  await back({ dryRun: true });
  const [container, ...others] = job().spec.template.spec.containers;
  expect(others).toEqual([]);
  expect(container?.image).toBe(`${IMAGE}:2`);
  expect(container?.command.slice(0, 2)).toEqual(['python3', '/runtime/reversal.py']);
  const { migrated } = JSON.parse((cluster.find('ConfigMap', 'shop-release-1')?.data as Record<string, string>)['release.json'] ?? '') as {
    migrated: string;
  };
  expect(container?.command.slice(2)).toEqual(['--wait', '300', '--lock-timeout', '5', '--statement-timeout', '3600', '--since', migrated]);
});

test('a migration that its code runs with stays', async () => {
  judges(judged('shop.0002_note', 'stays'));
  await back();
  expect(image()).toBe(`${IMAGE}:1`);
  expect(cluster.changes.filter((one) => one.includes('Job/shop-rollback'))).toHaveLength(1);
});

test('a second time, the image that has the code of all migrations judges, with its programs, which are gone with its pods', async () => {
  judges();
  await make('3');
  await back();
  expect(image()).toBe(`${IMAGE}:2`);
  await back();
  expect(image()).toBe(`${IMAGE}:1`);
  expect(job().spec.template.spec.containers[0]?.image).toBe(`${IMAGE}:3`);
  const { volumes } = job().spec.template.spec;
  const maps = volumes.flatMap(({ configMap }) => (configMap ? [configMap.name] : []));
  const [, last] = cluster.changes.filter((one) => one.includes('Job/shop-rollback'));
  expect(maps.length).toBeGreaterThan(0);
  for (const name of maps) expect(last).toContain(`ConfigMap/${name}`);
});

test('one that cannot be undone stands in the way, with its reason, and nothing is changed', async () => {
  judges(judged('shop.0002_fill', 'one way', ['RunPython (fill): it has no reverse_code']), judged('shop.0003_note', 'goes back', ['x']));
  const said = await failure({ migrations: 'reverse' });
  expect(said).toMatch(
    /^release 1 cannot come back: it would go back over migrations that cannot be undone:\n {2}shop.0002_fill\n {4}RunPython/,
  );
  expect(said).toContain('npm run rollback prod -- --to 1 --migrations keep');
  expect([applied(), image()]).toEqual([0, `${IMAGE}:2`]);
  expect(cluster.find('Lease', 'shop-release')).toBeUndefined();
});

test('one that has to be undone is named with what that loses, and the command that does it', async () => {
  judges(judged('shop.0002_required', 'goes back', ['AddField: its inserts fail'], ['column required of shop_item']));
  const said = await failure();
  expect(said).toMatch(/shop.0002_required\n {4}AddField: its inserts fail\n.* after a backup, and loses column required of shop_item:/);
  expect(said).toContain('\nnpm run rollback prod -- --to 1 --migrations reverse\n');
  expect(applied()).toBe(0);
});

test('when asked to, it is undone after a backup, before pods of then come', async () => {
  judges(judged('shop.0002_required', 'goes back', ['x']), judged('shop.0003_note', 'stays'));
  cluster.logs.backup = ['{"event":"backup_ok"}'];
  await back({ migrations: 'reverse' });
  expect(here.said).toContain('{"event":"backup_ok"}');
  expect(job().spec.template.spec.containers[0]?.command.at(-1)).toBe('--reverse');
  const runs = cluster.changes.flatMap((one, at) => (/^apply .*Job\/shop-rollback/.test(one) ? [at] : []));
  expect(runs).toHaveLength(2);
  expect(runs[1]).toBeLessThan(cluster.changes.findIndex((one) => /^apply .*Deployment/.test(one)));
  expect(image()).toBe(`${IMAGE}:1`);
});

test('told to keep them, it asks nobody', async () => {
  cluster.failWhere((name) => name === 'shop-rollback');
  await back({ migrations: 'keep' });
  expect(job()).toBeUndefined();
  expect(image()).toBe(`${IMAGE}:1`);
});

test('when judging fails, nothing is changed', async () => {
  cluster.failWhere((name) => name === 'shop-rollback');
  expect(await failure()).toContain('the Job shop-rollback has failed');
  expect(applied()).toBe(0);
  cluster.failWhere(() => false);
  cluster.logs.migrate = ['what another version says'];
  expect(await failure()).toContain('did not say what it found');
});

test('--dry-run says that it can, and changes nothing', async () => {
  judges();
  await back({ dryRun: true });
  expect(here.said.at(-1)).toBe('release 1 can come back: npm run rollback prod -- --to 1');
  expect([applied(), image()]).toEqual([0, `${IMAGE}:2`]);
});

test.each(['0', 'last', '1.5', '-1'])('--to %s is none', async (to) => {
  expect(await failure({ to })).toBe(`--to must be the number of a release, got "${to}"`);
  expect(cluster.changes).toEqual([]);
});

test('where Argo CD releases, the commit is to be reverted', async () => {
  here.project({ argocd: { repository: 'https://git.example.com/team/shop.git' } });
  expect(await failure()).toContain('Revert the commit: docs/how-to/argo-cd.md');
  expect(cluster.changes).toEqual([]);
});

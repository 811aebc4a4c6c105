/** What a release shows while it waits, and why it ends; with a stand-in for the cluster. */
import { release } from '../../../cli/release/release';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';

// Looks follow each other at once.
jest.mock('node:timers/promises', () => ({
  setTimeout: (_milliseconds: number, value: unknown) => new Promise((resolve) => setImmediate(() => resolve(value))),
}));

const here = place();
let cluster: FakeCluster;
beforeEach(() => {
  cluster = new FakeCluster();
  here.project();
});

/** How often it has been looked. */
const looking = () => {
  const asked = jest.spyOn(cluster, 'json');
  return () => asked.mock.calls.filter((args: readonly string[]) => args[1]?.includes('replicasets')).length;
};
const failure = () =>
  release('prod', {}, here.root, cluster).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );

const IMAGE = 'registry.example.com/team/shop:1.0.0';
const set = (name: string, hash: string, revision?: string) => ({
  kind: 'ReplicaSet',
  metadata: {
    name: `${name}-${hash}`,
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ kind: 'Deployment', name }],
  },
});
/** A pod of a component with these labels besides, whose first container waits for that. */
const pod = (name: string, component: string, labels: object, waiting: object) => ({
  kind: 'Pod',
  metadata: {
    name,
    creationTimestamp: '2026-11-24T00:00:00Z',
    labels: {
      'app.kubernetes.io/name': component === 'postgres' ? 'postgresql' : component === 'nginx' ? 'nginx' : 'django',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/component': component,
      ...labels,
    },
    ownerReferences: 'job-name' in labels ? [{ kind: 'Job', name: labels['job-name'] }] : [],
  },
  spec: { containers: [{ name: component }] },
  status: { phase: 'Pending', containerStatuses: [{ name: component, image: IMAGE, ready: false, restartCount: 0, state: { waiting } }] },
});
const UNPULLED = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };

test('a start that cannot go on ends, and names the pod, the cause and what mends it', async () => {
  cluster.unready.add('shop-gunicorn');
  cluster.beside = () => [set('shop-gunicorn', 'new'), pod('shop-gunicorn-new-a', 'gunicorn', { 'pod-template-hash': 'new' }, UNPULLED)];
  const looks = looking();
  const said = await failure();
  expect(said).toMatch(
    /^release 1 has failed: gunicorn does not start\n {2}Pod shop-gunicorn-new-a: the image \S+:1.0.0 cannot be pulled: Back-off pulling image\n {2}mend: push it/,
  );
  expect(here.said).toContain(
    'gunicorn  0 of 2 ready: the image registry.example.com/team/shop:1.0.0 cannot be pulled: Back-off pulling image',
  );
  expect(looks()).toBeLessThan(30);
  expect(cluster.find('Lease', 'shop-release')).toBeUndefined();
});

test('so does a migration whose pod cannot start, long before the Job gives up, and the Job is left alone', async () => {
  cluster.unready.add('shop-migrate');
  cluster.beside = () => [pod('shop-migrate-x', 'migrate', { 'job-name': cluster.names('Job')[0] }, UNPULLED)];
  expect(await failure()).toMatch(/^release 1 has failed: migrate does not start\n {2}Pod shop-migrate-x: the image/);
  expect(cluster.changes.filter((one) => one.startsWith('delete job'))).toEqual([]);
});

test('what is wrong with pods of before does not end the release that replaces them', async () => {
  cluster.unready.add('shop-gunicorn');
  cluster.beside = () => [
    set('shop-gunicorn', 'new', undefined),
    set('shop-gunicorn', 'old', '7'),
    pod('shop-gunicorn-old-a', 'gunicorn', { 'pod-template-hash': 'old' }, UNPULLED),
  ];
  const said = await failure();
  expect(said).toMatch(/^release 1 has failed: gunicorn does not start\nOld pods/);
  expect(here.said.join('\n')).not.toContain('cannot be pulled');
});

test('what a node that comes would mend is shown, and waited for to the end of patience', async () => {
  cluster.unready.add('shop-gunicorn');
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.',
  };
  const pending = pod('shop-gunicorn-new-a', 'gunicorn', { 'pod-template-hash': 'new' }, {});
  const looks = looking();
  cluster.beside = () => [set('shop-gunicorn', 'new'), { ...pending, status: { phase: 'Pending', conditions: [condition] } }];
  expect(await failure()).toMatch(/gunicorn does not start\n {2}Pod shop-gunicorn-new-a: no node has nvidia.com\/gpu to spare/);
  expect(looks()).toBeGreaterThan(400);
});

test('patience begins anew whenever a part gets on', async () => {
  for (const name of ['shop-gunicorn', 'shop-nginx']) cluster.unready.add(name);
  const looks = looking();
  cluster.beside = () => {
    if (looks() === 300) Object.assign(cluster.find('Deployment', 'shop-nginx')?.status ?? {}, { readyReplicas: 2, availableReplicas: 2 });
    return [];
  };
  expect(await failure()).toMatch(/^release 1 has failed: gunicorn does not start\n/);
  expect(looks()).toBeGreaterThan(700);
});

test('a Deployment that Kubernetes gives up ends it in those words', async () => {
  cluster.failWhere((name) => name === 'shop-nginx');
  expect(await failure()).toMatch(/^release 1 has failed: nginx does not start: it has timed out progressing\n/);
});

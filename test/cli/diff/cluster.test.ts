/** What runs, as it is compared. The real API server is asked by the cluster suite. */
import { ofCluster } from '../../../cli/diff/cluster';
import { CommandError } from '../../../cli/command';
import type { Environment } from '../../../config/load';
import { merge } from '../../../constructs/finish';
import type { Manifest } from '../../../constructs/manifests';
import { consequences } from '../../../diff/consequences';
import { config, render } from '../../support/stack';

const environment = { name: 'prod', config: config() } as Environment;
const wanted = render().objects;

/** As the API server has it. */
const stored = (object: Manifest, time = '2026-01-01T00:00:00Z', more: object = {}): Manifest =>
  merge(object, {
    metadata: {
      uid: 'a',
      resourceVersion: '1',
      creationTimestamp: time,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    status: { phase: 'Active' },
    ...more,
  }) as Manifest;

/** A kubectl beside which these objects run, and which refuses a dry run in which there is one that it should refuse. */
function asking(running: readonly Manifest[], refuses: (object: Manifest) => boolean = () => false) {
  const answer = (args: readonly string[]): unknown => {
    if (args.includes('namespaces')) return { items: running.filter(({ kind }) => kind === 'Namespace') };
    if (args.includes('nodes') || args.includes('pods')) return { items: [] };
    return { items: running.filter(({ kind }) => kind !== 'Namespace') };
  };
  const asked: string[] = [];
  return {
    asked,
    json: <T>(...args: readonly string[]) => {
      asked.push(args.join(' '));
      return Promise.resolve(answer(args) as T);
    },
    run: (args: readonly string[], { input = '{}' }: { readonly input?: string } = {}) => {
      if (args[0] === 'api-resources')
        return Promise.resolve('deployments.apps\nsecrets\npods\nendpoints\nevents.events.k8s.io\npods.metrics.k8s.io\n');
      const { items } = JSON.parse(input) as { items: Manifest[] };
      if (items.some(refuses)) return Promise.reject(new CommandError('field is immutable'));
      return Promise.resolve(JSON.stringify({ kind: 'List', items: items.map((one) => stored(one, 'now')) }));
    },
  };
}

const told = async (kubectl: ReturnType<typeof asking>) => {
  const { before, after } = await ofCluster(environment, wanted, kubectl);
  return consequences(before, after).map((one) => `${one.class}: ${one.kind} ${one.name}: ${one.says}`);
};
const changed = (kind: string, name: string, patch: object) =>
  wanted.map((one) => stored(one.kind === kind && one.metadata.name.startsWith(name) ? (merge(one, patch) as Manifest) : one));

test('what the API server and controllers fill in is no difference', async () => {
  expect(await told(asking(wanted.map((one) => stored(one))))).toEqual([]);
});

test('everything is new where the namespace is', async () => {
  const lines = await told(asking([]));
  expect(lines).toContain('capacity: Deployment shop-gunicorn: is new');
  expect(lines.every((line) => / is new|is reachable|reads?|runs/.test(line))).toBe(true);
});

test('what another has changed is changed back', async () => {
  expect(await told(asking(changed('Deployment', 'shop-gunicorn', { spec: { replicas: 5 } })))).toEqual([
    'capacity: Deployment shop-gunicorn: replicas: 5 → 2',
  ]);
});

test('what the API server refuses is told from the manifest', async () => {
  const running = changed('StatefulSet', 'shop-postgres', { spec: { serviceName: 'other' } });
  expect(await told(asking(running, ({ kind }) => kind === 'StatefulSet'))).toEqual([
    expect.stringMatching(/^immutable: StatefulSet shop-postgres: spec\.serviceName cannot change/),
  ]);
});

test('why the API server refuses is told in its words, of what is new too', async () => {
  const running = wanted.filter(({ kind }) => kind !== 'CronJob').map((one) => stored(one));
  const { notes } = await ofCluster(
    environment,
    wanted,
    asking(running, ({ metadata }) => metadata.name === 'shop-drill'),
  );
  expect(notes).toContain('The API server refuses CronJob shop-drill: field is immutable');
});

test('of objects that follow their content only the one that is wanted, or else the newest, is compared', async () => {
  const job = render().find('Job', 'shop-migrate');
  const history = ['2025-01-01', '2025-02-02'].map((time, index) =>
    stored(merge(job, { metadata: { name: `shop-migrate-0000000${index}` } }) as Manifest, time),
  );
  const all = wanted.map((one) => stored(one));
  expect(await told(asking([...history, ...all]))).toEqual([]);
  const without = await told(asking([...history, ...all.filter(({ kind }) => kind !== 'Job')]));
  expect(without).toEqual([
    expect.stringMatching(/^migration: Job shop-migrate: shop-migrate-\w+ runs, most likely with nothing to migrate/),
  ]);
});

test('what controllers made of ours, and Secrets, are not asked for', async () => {
  const owned = stored({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' } }, 'now', { metadata: { ownerReferences: [{}] } });
  const kubectl = asking([...wanted.map((one) => stored(one)), owned]);
  expect(await told(kubectl)).toEqual([]);
  expect(kubectl.asked).toContain('get deployments.apps --selector app.kubernetes.io/part-of=shop');
});

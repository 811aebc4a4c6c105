/** `npm run status`: what it says of pods that really do not serve, and why. */
import { AT_ONCE, Broken, PYTHON, wrapped, type Changes } from './support/broken';
import { kubectl } from './support/kubectl';
import { Release } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
const broken = new Broken(release);
const said = (pattern: RegExp) => broken.said(pattern);
const claim = { accessModes: ['ReadWriteOnce'], storageClassName: 'no-such', resources: { requests: { storage: '1Mi' } } };
/** A runtime that the node does not have, as where the one of NVIDIA is not installed. */
const RUNTIME = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'no-such-runtime' }, handler: 'no-such-runtime' };

/** Each has its own pod, and all are there at the same time. */
const PODS: Readonly<Record<string, readonly [() => Changes, RegExp]>> = {
  'image-pull': [
    () => ({ pod: AT_ONCE, container: { image: 'registry.example.com/example/shop:none' } }),
    /the image registry\.example\.com\/example\/shop:none cannot be pulled: .+\n/,
  ],
  'missing-secret': [() => ({ secret: { secretName: 'no-such' } }), /the Secret no-such is not there\n/],
  'missing-key': [
    () => ({ secret: { items: [{ key: 'STRIPE_KEY', path: 'STRIPE_KEY' }] } }),
    new RegExp(`the Secret ${release.release}-django has no key STRIPE_KEY\n`),
  ],
  'disallowed-host': [
    () => ({ container: { env: broken.env('DJANGO_ALLOWED_HOSTS', 'elsewhere.example.com') } }),
    /Django refuses the host of the probe with 400 \(DisallowedHost\)\n/,
  ],
  'probe-failing': [
    () => ({ container: { startupProbe: { httpGet: { path: '/no-such' } } } }),
    /gunicorn does not answer its probe: startup probe, HTTP probe failed with statuscode: 404\n/,
  ],
  starting: [
    () => ({ pod: AT_ONCE, container: PYTHON('import time; time.sleep(900)') }),
    /gunicorn does not answer yet: startup probe, .*connection refused\n/,
  ],
  'gpu-insufficient': [
    () => ({ container: { resources: { limits: { 'example.com/gpu': '1' } } } }),
    /no node has example\.com\/gpu to spare: .* Insufficient example\.com\/gpu/,
  ],
  'room-insufficient': [
    () => ({ container: { resources: { requests: { memory: '900Gi' }, limits: { memory: '900Gi' } } } }),
    /no node has room: .* Insufficient memory/,
  ],
  unschedulable: [() => ({ pod: { nodeSelector: { gpu: 'a100' } } }), /no node takes it: .*node affinity\/selector/],
  'claim-missing': [
    () => ({
      pod: { ...AT_ONCE, volumes: [{ name: 'lost', persistentVolumeClaim: { claimName: 'no-such' } }] },
      container: { volumeMounts: [] },
    }),
    /the claim no-such is not there\n/,
  ],
  'claim-unbound': [
    () => ({
      pod: { ...AT_ONCE, volumes: [{ name: 'own', ephemeral: { volumeClaimTemplate: { spec: claim } } }] },
      container: { volumeMounts: [] },
    }),
    /the claim broken-claim-unbound-own gets no volume: .+\n/,
  ],
  'out-of-memory': [
    () => ({
      pod: AT_ONCE,
      container: { ...PYTHON('bytearray(10**9)'), resources: { requests: { memory: '32Mi' }, limits: { memory: '32Mi' } } },
    }),
    /gunicorn needed more memory than it may have\n/,
  ],
  'dns-missing': [
    () => ({ pod: AT_ONCE, container: broken.nginx('resolver no-such.kube-system.svc.cluster.local;') }),
    /nginx finds no DNS of the cluster's by the name no-such\.kube-system\.svc\.cluster\.local\n/,
  ],
  crash: [
    () => ({ pod: AT_ONCE, container: PYTHON('import no_such') }),
    /gunicorn ended with 1: ModuleNotFoundError: No module named 'no_such'\n/,
  ],
  other: [
    () => ({ pod: { ...AT_ONCE, runtimeClassName: RUNTIME.metadata.name } }),
    /FailedCreatePodSandBox: Failed to create pod sandbox: .*no runtime for "no-such-runtime" is configured\n/,
  ],
};

beforeAll(async () => {
  await serving(release);
  // Of tests before this one.
  await release.settled();
  release.kubectl('delete', 'jobs', '--selector=app.kubernetes.io/component in (backup, drill)');
  release.kubectl('delete', 'configmaps', '--selector=app.kubernetes.io/component=release');
});
afterAll(() => serving(release));

test('a release that serves is well, by its own word too', async () => {
  const screen = await said(/all is well/);
  expect(screen).toMatch(/^ {2}site +\/readyz answers 200: ok$/m);
  expect(screen).toMatch(/^ {2}certificate +\S+-tls: 36[45] days left/m);
  expect(screen).toMatch(/^ {2}migration +done \d{4}-/m);
  expect(screen).toMatch(/^ {2}gunicorn {2}1 of 1 ready\n {4}\S+ +Ready /m);
  expect((await release.status()).code).toBe(0);
});

describe('a pod that does not serve', () => {
  beforeAll(() => {
    kubectl(['apply', '--filename', '-'], JSON.stringify(RUNTIME));
    for (const [name, [changes]] of Object.entries(PODS)) broken.make(name, changes());
  });
  afterAll(() => {
    broken.clear();
    kubectl(['delete', 'runtimeclass', RUNTIME.metadata.name]);
  });

  test.each(Object.keys(PODS))('%s', async (name) => {
    const words = PODS[name]?.[1] ?? /$^/;
    const screen = await said(words);
    expect(screen).toMatch(new RegExp(`^ {2}! broken-${name} `, 'm'));
    expect(screen.slice(screen.search(wrapped(words)))).toMatch(/^.*\n(?: +(?!mend:).*\n){0,6} +mend: \S/);
    expect((await release.status()).code).toBe(1);
  });
});

test('what is mended is well again', async () => {
  expect(await said(/all is well/)).not.toContain('!');
});

/** What the API server lets the front have, in a namespace with that; it is as before afterwards. */
async function restrained(object: string, act: () => Promise<void>) {
  const front = `deployment/${release.release}-nginx`;
  release.kubectl('rollout', 'restart', front);
  await act();
  release.kubectl('delete', object);
  release.kubectl('rollout', 'restart', front);
  release.rolledOut(front);
}

test('quota: one that leaves no room for a pod is named', async () => {
  release.kubectl('create', 'quota', 'small', '--hard=pods=1');
  await restrained('quota/small', async () => {
    const screen = await said(/the quota small is used up: requested: pods=1, used: pods=\d+, limited: pods=1$/m);
    expect(screen).toMatch(/^! nginx /m);
  });
});

test('refused: what the namespace does not allow of a pod is told in its words', async () => {
  const limits = [{ type: 'Container', max: { memory: '8Mi' } }];
  release.create({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'tiny' }, spec: { limits } });
  await restrained('limitrange/tiny', async () => {
    const screen = await said(/the API server takes no pod of it: .*maximum memory usage per Container is 8Mi/);
    expect(screen).toMatch(/^! nginx /m);
  });
});

const migration = () => release.migrations().at(-1)?.metadata.name ?? '';
const patch = (spec: object) => release.kubectl('patch', 'job', migration(), '--patch', JSON.stringify({ spec }));

test('migration-pending: new pods wait for it, and say so', async () => {
  release.apply('broken');
  patch({ suspend: true });
  const screen = await said(/waits for the migrations of its image: .*guestbook\.0002_boom/);
  expect(screen).toMatch(/^ {2}! \S+-gunicorn-\S+ +Init: migrated /m);
});

test('migration-retrying: a try that has failed is told with its error', async () => {
  patch({ suspend: false });
  await said(/a try of the migration has failed, and another comes: migration guestbook\.0002_boom failed: .*division by zero$/m);
});

test('migration-failed: it is told with its error, as what new pods wait for, while the old ones serve', async () => {
  patch({ backoffLimit: 0 });
  const screen = await said(/the migration has failed: migration guestbook\.0002_boom failed: .*division by zero$/m);
  expect(screen).toMatch(/^! migration +failed, begun /m);
  expect(screen).toMatch(/^ {2}! \S+-gunicorn-\S+ +Init: migrated /m);
  expect(screen).toMatch(/^ {2}site +\/readyz answers 200: ok$/m);
});

test('migration-missing: new pods wait for one that nobody makes', async () => {
  release.kubectl('delete', 'job', migration());
  await said(/nobody applies the migrations of its image: .*guestbook\.0002_boom/);
});

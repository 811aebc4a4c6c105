/** `npm run status`: what it says of pods that really do not serve, and why. */
import { merge } from '../../constructs/finish';
import { pause } from './support/kubectl';
import { Release } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
const BROKEN = 'broken=yes';

/** What `npm run status` says, once it says that. */
async function said(pattern: RegExp, seconds = 90): Promise<string> {
  for (const end = Date.now() + seconds * 1000; ; await pause(1)) {
    const { said: screen } = await release.status();
    if (pattern.test(screen)) return screen;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${String(pattern)}; got:\n${screen}`);
  }
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly [{ readonly env: readonly { readonly name: string }[] }];
    readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string; readonly items: object[] } }[];
  };
}

const template = () =>
  (JSON.parse(release.kubectl('get', 'deployment', `${release.release}-gunicorn`, '--output=json')) as { spec: { template: Template } })
    .spec.template;

/** The pod of Gunicorn, with changes: of it, of its container, and of the Secret that it mounts for Django. */
function breakPod(name: string, { pod = {}, container = {}, secret = {} }: { pod?: object; container?: object; secret?: object }): void {
  const { metadata, spec } = template();
  const volumes = spec.volumes.map((volume) =>
    volume.name === 'secret-django' ? { ...volume, secret: { ...volume.secret, ...secret } } : volume,
  );
  release.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { ...metadata.labels, broken: 'yes' } },
    spec: { ...spec, volumes, containers: [merge(spec.containers[0], container)], ...pod },
  });
}

const PYTHON = (program: string) => ({ command: ['python3', '-c', program], args: [] });
/** Without it the pod does not wait for the migrations first. */
const AT_ONCE = { initContainers: [] };
const env = (name: string, value: string) => [...template().spec.containers[0].env.filter((one) => one.name !== name), { name, value }];
const claim = { accessModes: ['ReadWriteOnce'], storageClassName: 'no-such', resources: { requests: { storage: '1Mi' } } };

/** Each has its own pod, and all are there at the same time. */
const PODS: Readonly<Record<string, readonly [() => Parameters<typeof breakPod>[1], RegExp]>> = {
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
    () => ({ container: { env: env('DJANGO_ALLOWED_HOSTS', 'elsewhere.example.com') } }),
    /Django refuses the host of the probe with 400 \(DisallowedHost\)\n/,
  ],
  'probe-failing': [
    () => ({ container: { startupProbe: { httpGet: { path: '/no-such' } } } }),
    /gunicorn does not answer its probe: startup probe, HTTP probe failed with statuscode: 404\n/,
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
  crash: [
    () => ({ pod: AT_ONCE, container: PYTHON('import no_such') }),
    /gunicorn ended with 1: ModuleNotFoundError: No module named 'no_such'\n/,
  ],
};

beforeAll(async () => {
  await serving(release);
  // Of tests before this one.
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
    for (const [name, [changes]] of Object.entries(PODS)) breakPod(`broken-${name}`, changes());
  });
  afterAll(() => release.kubectl('delete', 'pods', '--selector', BROKEN, '--grace-period=0', '--force'));

  test.each(Object.keys(PODS))('%s', async (name) => {
    const pattern = PODS[name]?.[1] ?? /$^/;
    const screen = await said(pattern);
    expect(screen).toMatch(new RegExp(`^ {2}! broken-${name} `, 'm'));
    expect(screen.slice(screen.search(pattern))).toMatch(/^.*\n(?: +(?!mend:).*\n){0,4} +mend: \S/);
    expect((await release.status()).code).toBe(1);
  });
});

test('what is mended is well again', async () => {
  expect(await said(/all is well/)).not.toContain('!');
});

test('quota: one that leaves no room for a pod is named', async () => {
  release.kubectl('create', 'quota', 'small', '--hard=pods=1');
  release.kubectl('rollout', 'restart', `deployment/${release.release}-nginx`);
  const screen = await said(/the quota small is used up: requested: pods=1, used: pods=\d+, limited: pods=1$/m);
  expect(screen).toMatch(/^! nginx /m);
  release.kubectl('delete', 'quota', 'small');
  release.kubectl('rollout', 'restart', `deployment/${release.release}-nginx`);
  release.rolledOut(`deployment/${release.release}-nginx`);
});

test('migration-failed: it is told with its error, as what new pods wait for, while the old ones serve', async () => {
  release.apply('broken');
  const [job] = release.migrations().slice(-1);
  release.kubectl('patch', 'job', job?.metadata.name ?? '', '--patch', '{"spec":{"backoffLimit":0}}');
  const screen = await said(/the migration has failed: migration guestbook\.0002_boom failed: .*division by zero$/m, 120);
  expect(screen).toMatch(/^! migration +failed, begun /m);
  expect(screen).toMatch(/^ {2}! \S+-gunicorn-\S+ +Init: migrated /m);
  expect(screen).toMatch(/^ {2}site +\/readyz answers 200: ok$/m);
});

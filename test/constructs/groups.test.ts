/** Groups of Gunicorn's pods, and what leads to them. */
import { follows } from '../support/affinity';
import { container, podSpec, template, variables, volume } from '../support/pods';
import { render } from '../support/stack';
import { allows, podLabels } from './policies';
import { block, http, server, values } from './nginx-tree';

const CUDA = 'registry.example.com/team/shop-cuda:2.0.0';
const GROUP = { name: 'inference', paths: ['/predict/', '/embed/'] };
const GPU = { ...GROUP, image: CUDA, replicas: { min: 2, max: 3 }, gpu: { count: 1 }, threads: 2, timeout: '5m' };
const grouped = (group: object = GPU, changes: object = {}) => render({ gunicorn: { groups: [group] }, ...changes });
const deployment = (changes: object = {}, group: object = GPU) => grouped(group, changes).find('Deployment', 'shop-gunicorn-inference');

describe('a group', () => {
  test('has objects of its own, each as Gunicorn has it', () => {
    const names = (rendered = grouped()) =>
      rendered.objects.flatMap(({ kind, metadata: { name } }) => (name.startsWith('shop-gunicorn') ? [[kind, name] as const] : []));
    const of = (all: ReturnType<typeof names>, group: boolean) =>
      all.flatMap(([kind, name]) => (name.startsWith('shop-gunicorn-inference') === group ? [kind] : [])).sort();
    expect(of(names(), true)).toEqual([...of(names(), false), 'HorizontalPodAutoscaler'].sort());
    expect(of(names(), true)).toContain('PodDisruptionBudget');
    expect(of(names(render()), true)).toEqual([]);
  });

  test('has pods that no other selector takes', () => {
    const selector = (name: string) =>
      (grouped().find('Deployment', name).spec as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels;
    expect(selector('shop-gunicorn-inference')).toEqual({
      'app.kubernetes.io/name': 'django',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/component': 'gunicorn-inference',
    });
    expect(selector('shop-gunicorn')).toMatchObject({ 'app.kubernetes.io/component': 'gunicorn' });
  });

  test('alone takes the device, and the nodes that go with it', () => {
    expect(container(deployment(), 'gunicorn').resources.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
    expect(podSpec(deployment()).tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    const site = grouped().find('Deployment', 'shop-gunicorn');
    expect(container(site, 'gunicorn').resources.limits).not.toHaveProperty(['nvidia.com/gpu']);
    expect(podSpec(site)).not.toHaveProperty('tolerations');
  });

  test('runs its image, in its gate too; the migration and the site run that of the file', () => {
    expect(['migrated', 'gunicorn'].map((name) => container(deployment(), name).image)).toEqual([CUDA, CUDA]);
    expect(deployment().metadata.labels).toMatchObject({ 'app.kubernetes.io/version': '2.0.0' });
    const own = 'registry.example.com/team/shop:1.0.0';
    expect(container(grouped().find('Job', 'shop-migrate'), 'migrate').image).toBe(own);
    expect(container(grouped().find('Deployment', 'shop-gunicorn'), 'gunicorn').image).toBe(own);
    expect(container(deployment({}, GROUP), 'gunicorn').image).toBe(own);
  });

  test('has the settings of its own', () => {
    expect(variables(container(deployment(), 'gunicorn'))).toMatchObject({ GUNICORN_THREADS: '2', GUNICORN_TIMEOUT: '300' });
    expect(variables(container(grouped().find('Deployment', 'shop-gunicorn'), 'gunicorn'))).toMatchObject({
      GUNICORN_THREADS: '4',
      GUNICORN_TIMEOUT: '60',
    });
  });

  test('starts in the wave of Gunicorn', () => {
    const wave = (name: string) => grouped().find('Deployment', name).metadata.annotations?.['argocd.argoproj.io/sync-wave'];
    expect(wave('shop-gunicorn-inference')).toBe(wave('shop-gunicorn'));
  });

  test('shares a node with the others where one node mounts uploaded files', () => {
    const media = { storage: '1Gi', path: '/app/media', accessMode: 'ReadWriteOnce' };
    const rendered = render({
      django: { media },
      nginx: { replicas: 1 },
      gunicorn: { replicas: 1, groups: [{ ...GROUP, replicas: 1 }] },
    });
    const deployments = ['shop-gunicorn', 'shop-gunicorn-inference', 'shop-nginx'].map((name) => rendered.find('Deployment', name));
    for (const one of deployments) {
      expect(volume(one, 'media').persistentVolumeClaim).toEqual({ claimName: 'shop-media' });
      expect(deployments.every((other) => follows(template(one), template(other)))).toBe(true);
    }
  });

  test('waits in the queue of the pooler as long as its own pods do', () => {
    const stop = (group: object) =>
      variables(container(grouped(group, { postgres: { pooler: {} } }).find('Deployment', 'shop-pooler'), 'pooler')).STOP;
    expect(Number(stop(GPU)) - Number(stop(GROUP))).toBe(240);
  });
});

describe('the network', () => {
  const labels = (rendered: ReturnType<typeof render>, component: string) => podLabels(rendered)[component] ?? {};
  const open = (changes: object, from: string, to: string, port: number) => {
    const rendered = grouped(GPU, changes);
    const [one, other] = [labels(rendered, from), labels(rendered, to)];
    return allows(rendered, 'Egress', one, { pod: other }, port) && allows(rendered, 'Ingress', other, { pod: one }, port);
  };

  test.each([
    [{}, 'nginx', 'gunicorn-inference', 8000, true],
    [{}, 'gunicorn-inference', 'postgres', 5432, true],
    [{}, 'gunicorn', 'gunicorn-inference', 8000, false],
    [{}, 'gunicorn-inference', 'gunicorn', 8000, false],
    [{ postgres: { pooler: {} } }, 'gunicorn-inference', 'pooler', 6432, true],
    [{ postgres: { pooler: {} } }, 'gunicorn-inference', 'postgres', 5432, false],
  ])('with %j, from %s to %s on %d is open: %j', (changes, from, to, port, expected) => {
    expect(open(changes, from, to, port)).toBe(expected);
  });

  test('lets a group out to where the project may connect to', () => {
    const rendered = grouped(GPU, { django: { egress: [{ cidr: '203.0.113.0/24', ports: [443] }] } });
    expect(allows(rendered, 'Egress', labels(rendered, 'gunicorn-inference'), { address: '203.0.113.9' }, 443)).toBe(true);
  });
});

describe('the front', () => {
  const upstream = (group: object, nginx: object = {}) => block(http(grouped(group, { nginx })), 'upstream', 'gunicorn-inference');
  const most = (group: object, nginx: object = {}) => /max_conns=(\d+)/.exec(values(upstream(group, nginx), 'server')[0] ?? '')?.[1];

  test('has an upstream of least connections for each group, whatever the pods of the site have', () => {
    const servers = [{ address: '203.0.113.50', port: 9000, weight: 3 }];
    const found = upstream(GPU, { balance: { method: 'sticky', weight: 2, servers, maxFails: 3, keepalive: 8 } });
    expect(found.map(({ name, args }) => [name, ...args].join(' '))).toEqual([
      'zone gunicorn-inference 256k',
      'least_conn',
      'server shop-gunicorn-inference.shop-test.svc.cluster.local:8000 resolve max_fails=3 fail_timeout=10s',
      'keepalive 8',
      'keepalive_timeout 60s',
    ]);
  });

  test('leads the paths of a group to it, and all others to the site', () => {
    const site = server(http(grouped(GPU, { nginx: { locations: [{ path: '/predict/big' }, { path: '/predictions' }] } })), '8443 ssl');
    const leading = site.flatMap(({ name, args, body = [] }) =>
      name === 'location' && values(body, 'proxy_pass').length > 0 ? [[args.join(' '), values(body, 'proxy_pass')[0]]] : [],
    );
    expect(Object.fromEntries(leading)).toEqual({
      '/predict/big': 'http://gunicorn-inference',
      '/predictions': 'http://gunicorn',
      '/': 'http://gunicorn',
      '/predict/': 'http://gunicorn-inference',
      '/embed/': 'http://gunicorn-inference',
    });
  });

  test.each([
    [{ ...GPU, queue: 0 }, { replicas: 1 }, '2'],
    [{ ...GPU, queue: 3 }, { replicas: 1 }, '5'],
    [{ ...GPU, queue: 3 }, { replicas: 2 }, '3'],
    [{ ...GPU, queue: 3 }, { replicas: { min: 3, max: 6 } }, '2'],
    [{ ...GPU, workers: 2, threads: 3, queue: 4 }, { replicas: 1 }, '10'],
    [GPU, {}, undefined],
  ])('lets each of its pods have its share of what a pod works on and what waits: %j, %j', (group, nginx, expected) => {
    expect(most(group, nginx)).toBe(expected);
  });

  test('counts the pool of a worker without threads', () => {
    const rendered = grouped({ ...GROUP, workers: 2, pool: 3, queue: 4 }, { django: { interface: 'asgi' }, nginx: { replicas: 1 } });
    expect(values(block(http(rendered), 'upstream', 'gunicorn-inference'), 'server')[0]).toContain(' max_conns=10 ');
  });

  test('knows no page for what no pod takes where all take whatever comes', () => {
    const pages = (group: object) => values(server(http(grouped(group)), '8443 ssl'), 'error_page');
    expect(pages(GPU)).toEqual([]);
    expect(pages({ ...GPU, queue: 8 })).toEqual(['502 @untaken']);
  });
});

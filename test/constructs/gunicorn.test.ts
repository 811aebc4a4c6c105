import { container, podSpec, variables, volume } from '../support/pods';
import { config, render, type Rendered } from '../support/stack';
import { block, http, values } from './nginx-tree';

const deployment = (changes: object = {}) => render(changes).find('Deployment', 'shop-gunicorn');
const gunicorn = (changes: object = {}) => container(deployment(changes), 'gunicorn');
const seconds = (one: { readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: string[] } } } }) => {
  const [program, time] = one.lifecycle?.preStop?.exec?.command ?? [];
  expect(program).toBe('sleep');
  return Number(time);
};

describe('Gunicorn', () => {
  test("starts by the command line of the project's compose file", () => {
    const { command, args } = gunicorn({ django: { directory: 'django_app' }, gunicorn: { workers: 5 } });
    expect([...(command ?? []), ...(args ?? [])].join(' ')).toBe(
      'gunicorn -c /runtime/gunicorn.conf.py -w 5 -b 0.0.0.0:8000 main_app.wsgi:application --chdir django_app',
    );
  });

  test('loads asgi.py with a worker of that kind, and tells it the size of its pool, where the file says so', () => {
    const asgi = gunicorn({ django: { interface: 'asgi' }, gunicorn: { workers: 5, pool: 6 } });
    expect([...(asgi.command ?? []), ...(asgi.args ?? [])].join(' ')).toBe(
      'gunicorn -c /runtime/gunicorn.conf.py -w 5 -k asgi -b 0.0.0.0:8000 main_app.asgi:application --chdir .',
    );
    expect(variables(asgi)).toMatchObject({ GUNICORN_THREADS: '1', GUNICORN_MAX_REQUESTS: '0', POSTGRES_POOL_SIZE: '6' });
    expect(variables(gunicorn())).not.toHaveProperty('POSTGRES_POOL_SIZE');
  });

  test('without a number of workers there is one for each CPU, and never less than two', () => {
    const workers = (cpu: string) => gunicorn({ gunicorn: { resources: { requests: { cpu: '100m' }, limits: { cpu } } } }).command;
    expect(workers('500m')).toEqual(expect.arrayContaining(['-w', '2']));
    expect(workers('2500m')).toEqual(expect.arrayContaining(['-w', '3']));
  });

  test('hands on threads, timeouts and the life of a worker', () => {
    expect(variables(gunicorn({ gunicorn: { threads: 7, timeout: '2m', gracefulTimeout: '45s', maxRequests: 500 } }))).toMatchObject({
      GUNICORN_THREADS: '7',
      GUNICORN_TIMEOUT: '120',
      GUNICORN_GRACEFUL_TIMEOUT: '45',
      GUNICORN_MAX_REQUESTS: '500',
    });
    expect(variables(gunicorn())).toMatchObject({
      GUNICORN_THREADS: '4',
      GUNICORN_TIMEOUT: '60',
      GUNICORN_GRACEFUL_TIMEOUT: '30',
      GUNICORN_MAX_REQUESTS: '20000',
    });
  });

  test('takes its settings from a file that stands in the pod, with all that it imports', () => {
    const rendered = render();
    const { name } = volume(rendered.find('Deployment', 'shop-gunicorn'), 'runtime').configMap ?? {};
    const map = rendered.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    expect(Object.keys((map as { data?: object } | undefined)?.data ?? {})).toEqual(
      expect.arrayContaining(['gunicorn.conf.py', 'migrated.py', 'environment.py', 'project.py', 'manage.py']),
    );
  });

  test('its heartbeat is a file in memory', () => {
    expect(gunicorn().volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
    expect(volume(deployment(), 'shm').emptyDir).toEqual({ medium: 'Memory', sizeLimit: '64Mi' });
  });

  test('pods are found one by one behind a Service without an address of its own', () => {
    expect(render().find('Service', 'shop-gunicorn').spec).toMatchObject({
      clusterIP: 'None',
      ports: [{ name: 'http', port: 8000, targetPort: 'http' }],
    });
    expect(gunicorn().ports).toEqual([{ name: 'http', containerPort: 8000 }]);
  });

  test('pods that are not ready get no requests', () => {
    expect(render().find('Service', 'shop-gunicorn')).not.toHaveProperty('spec.publishNotReadyAddresses');
  });

  test('a new pod waits for its migrations before it serves, and does not serve models that lack one', () => {
    const gate = (migrate: object = {}) => container(deployment({ migrate }), 'migrated').command;
    expect(podSpec(deployment()).initContainers?.map(({ name }) => name)).toEqual(['migrated']);
    expect(gate()).toEqual(['python3', '/runtime/migrated.py', '--wait', '3600', '--missing-migrations', 'fail']);
    expect(gate({ deadline: '2h', missingMigrations: 'warn' })).toEqual([
      'python3',
      '/runtime/migrated.py',
      '--wait',
      '7200',
      '--missing-migrations',
      'warn',
    ]);
  });

  test('a rollout is not given up while its migration may still run', () => {
    for (const deadline of ['10m', '1h', '7d']) {
      const rendered = render({ migrate: { deadline, wait: '1m' } });
      const { activeDeadlineSeconds } = (rendered.find('Job', 'shop-migrate') as unknown as { spec: { activeDeadlineSeconds: number } })
        .spec;
      const { progressDeadlineSeconds } = (
        rendered.find('Deployment', 'shop-gunicorn') as unknown as { spec: { progressDeadlineSeconds: number } }
      ).spec;
      expect(progressDeadlineSeconds).toBeGreaterThan(activeDeadlineSeconds);
    }
  });

  test.each(['1s', '30s', '1h'])('a pod that stops has time to leave the front, and then %s for its requests', (gracefulTimeout) => {
    const changes = { gunicorn: { gracefulTimeout } };
    const graceful = config(changes).gunicorn.gracefulTimeout;
    expect(podSpec(deployment(changes)).terminationGracePeriodSeconds).toBeGreaterThan(seconds(gunicorn(changes)) + graceful);
  });

  test('pods run on the nodes that the file chooses', () => {
    const changes = {
      gunicorn: {
        nodeSelector: { pool: 'web' },
        tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'web', effect: 'NoExecute' }, {}],
      },
    };
    expect(podSpec(deployment(changes))).toMatchObject({
      nodeSelector: { pool: 'web' },
      tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'web', effect: 'NoExecute' }, { operator: 'Exists' }],
    });
    expect(podSpec(deployment())).not.toHaveProperty('nodeSelector');
    expect(podSpec(deployment())).not.toHaveProperty('tolerations');
  });

  test.each([
    [{}, { operator: 'Exists' }],
    [{ key: 'spot' }, { key: 'spot', operator: 'Exists' }],
    [
      { key: 'dedicated', value: 'web' },
      { key: 'dedicated', operator: 'Equal', value: 'web' },
    ],
    [
      { key: 'dedicated', value: '' },
      { key: 'dedicated', operator: 'Equal', value: '' },
    ],
  ])('a toleration compares the value where there is one: %j', (toleration, written) => {
    expect(podSpec(deployment({ gunicorn: { tolerations: [toleration] } })).tolerations).toEqual([written]);
  });

  test('only pods of Gunicorn are bound to those nodes', () => {
    const rendered = render({ gunicorn: { nodeSelector: { pool: 'web' }, tolerations: [{}] } });
    for (const [kind, name] of [
      ['Job', 'shop-migrate'],
      ['Deployment', 'shop-nginx'],
      ['CronJob', 'shop-backup'],
      ['CronJob', 'shop-drill'],
      ['StatefulSet', 'shop-postgres'],
    ] as const) {
      expect(podSpec(rendered.find(kind, name))).not.toHaveProperty('nodeSelector');
      expect(podSpec(rendered.find(kind, name))).not.toHaveProperty('tolerations');
    }
  });
});

describe('Gunicorn and the front', () => {
  const upstream = (rendered: Rendered) => block(http(rendered), 'upstream', 'gunicorn');

  test('Gunicorn keeps an idle connection longer than the front does', () => {
    const rendered = render();
    const [idle = ''] = values(upstream(rendered), 'keepalive_timeout');
    const { GUNICORN_KEEP_ALIVE } = variables(container(rendered.find('Deployment', 'shop-gunicorn'), 'gunicorn'));
    expect(idle).toMatch(/^\d+s$/);
    expect(Number(GUNICORN_KEEP_ALIVE)).toBeGreaterThan(Number.parseInt(idle));
  });

  test.each([
    [{}, 15],
    [{ cluster: { dnsTtl: '30s' } }, 40],
  ])("the front forgets a pod before the pod closes its door, however late the cluster's DNS does: %j", (changes, drain) => {
    const rendered = render(changes);
    const [resolver = ''] = values(http(rendered), 'resolver');
    const valid = Number(/valid=(\d+)s/.exec(resolver)?.[1]);
    const pods = rendered.find('Deployment', 'shop-gunicorn');
    const { cluster, gunicorn: settings } = config(changes);
    expect(cluster.dnsTtl + valid).toBeLessThan(drain);
    expect(seconds(container(pods, 'gunicorn'))).toBe(drain);
    expect(podSpec(pods).terminationGracePeriodSeconds).toBeGreaterThan(drain + settings.gracefulTimeout);
  });

  test('a request may take as long at the front as in Gunicorn, and a little longer', () => {
    const times = (changes: object) => {
      const site =
        http(render(changes)).find(({ name, body = [] }) => name === 'server' && values(body, 'listen').includes('8443 ssl'))?.body ?? [];
      return values(block(site, 'location', '/'), 'proxy_read_timeout');
    };
    expect(times({ gunicorn: { timeout: '2m' } })).toEqual(['125s']);
    expect(times({ gunicorn: { timeout: '2m' }, nginx: { timeouts: { response: '10m' } } })).toEqual(['600s']);
  });
});

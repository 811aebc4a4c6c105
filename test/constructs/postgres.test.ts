import { readFileSync } from 'node:fs';
import { layout } from '../../constructs/postgres/layout';
import { parameters, sharedMemory } from '../../constructs/postgres/sizing';
import { container, podSpec, template, variables, volume } from '../support/pods';
import { config, render, ROOT } from '../support/stack';

const statefulSet = (postgres: object = {}) => render({ postgres }).find('StatefulSet', 'shop-postgres');
const server = (postgres: object = {}) => container(statefulSet(postgres), 'postgres');
const NO_TLS = { postgres: { tls: { enabled: false } } };
const MEBIBYTE = 1024 ** 2;

/** Parameters that the server is started with. */
function started(postgres: object = {}): Record<string, string> {
  const [program, ...args] = server(postgres).args ?? [];
  expect(program).toBe('postgres');
  const flags = args.filter((_, index) => index % 2 === 0);
  expect(new Set(flags)).toEqual(new Set(['-c']));
  return Object.fromEntries(args.filter((_, index) => index % 2 === 1).map((pair) => pair.split('=') as [string, string]));
}

describe('the place of the data', () => {
  test.each([14, 15, 16, 17])('version %i keeps it below its volume, with checksums', (version) => {
    expect(server({ version }).volumeMounts).toContainEqual({ name: 'data', mountPath: '/var/lib/postgresql/data' });
    expect(variables(server({ version }))).toMatchObject({
      PGDATA: '/var/lib/postgresql/data/pgdata',
      POSTGRES_INITDB_ARGS: '--data-checksums',
    });
  });

  test('version 18 keeps it where its image moved it, and has checksums by itself', () => {
    expect(server({ version: 18 }).volumeMounts).toContainEqual({ name: 'data', mountPath: '/var/lib/postgresql' });
    expect(variables(server({ version: 18 })).PGDATA).toBe('/var/lib/postgresql/18/docker');
    expect(variables(server({ version: 18 }))).not.toHaveProperty('POSTGRES_INITDB_ARGS');
  });

  test.each([14, 15, 16, 17, 18, 19])('of version %i is never the root of the volume, which may hold lost+found', (version) => {
    const { mountPath, pgdata } = layout(version);
    expect(pgdata.startsWith(`${mountPath}/`)).toBe(true);
  });

  test('18 is the default; fails for a version that is not supported', () => {
    expect(server().image).toBe('docker.io/library/postgres:18');
    for (const version of [13, 19, '18'])
      expect(() => config({ postgres: { version } })).toThrow('postgres.version: must be one of 14, 15, 16, 17, 18');
  });
});

describe('the locale of a new database', () => {
  const initdb = (version: number, provider: string, name: string) =>
    variables(server({ version, locale: { provider, name } })).POSTGRES_INITDB_ARGS;

  test.each([
    [14, 'libc', 'C', '--data-checksums --encoding=UTF8 --locale=C'],
    [16, 'icu', 'de-DE', '--data-checksums --encoding=UTF8 --locale-provider=icu --icu-locale=de-DE'],
    [18, 'builtin', 'C.UTF-8', '--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8'],
  ])('of version %i by %s is %s', (version, provider, name, args) => {
    expect(initdb(version, provider, name)).toBe(args);
  });
});

describe('a drain of the node', () => {
  const budget = (postgres: object = {}) => render({ postgres }).find('PodDisruptionBudget', 'shop-postgres');

  test.each([
    ['allow', 1, /stops the database/],
    ['refuse', 0, /waits until somebody deletes the pod/],
  ])('%s: the budget lets it take %i pods, and says what that means', (drain, maxUnavailable, description) => {
    expect(budget({ drain }).spec).toMatchObject({ maxUnavailable, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    expect(budget({ drain }).metadata.annotations?.['kubernetes.io/description']).toMatch(description);
  });

  test('is allowed unless the file says otherwise', () => {
    expect(budget()).toEqual(budget({ drain: 'allow' }));
  });
});

describe('before the server starts', () => {
  const gate = (postgres: object = {}) => container(statefulSet(postgres), 'same-major');

  test.each([14, 17, 18])('its volume is looked through for data that version %i would not open', (version) => {
    const { mountPath, pgdata } = layout(version);
    expect(podSpec(statefulSet({ version })).initContainers?.map(({ name }) => name)).toEqual(['same-major']);
    expect(gate({ version }).command).toEqual(['bash', '/runtime/same-major.sh', mountPath, pgdata, `${version}`]);
    expect(variables(server({ version })).PGDATA).toBe(pgdata);
  });

  test('the look changes nothing', () => {
    expect(gate().volumeMounts).toEqual([
      { name: 'runtime', mountPath: '/runtime', readOnly: true },
      { name: 'data', mountPath: '/var/lib/postgresql', readOnly: true },
    ]);
    expect(gate().securityContext.readOnlyRootFilesystem).toBe(true);
  });

  test('its program comes from a ConfigMap with nothing else in it, but for TLS', () => {
    const rendered = render(NO_TLS);
    const name = volume(rendered.find('StatefulSet', 'shop-postgres'), 'runtime').configMap?.name;
    const map = rendered.find('ConfigMap', 'shop-postgres');
    expect(map.metadata.name).toBe(name);
    expect(map).toHaveProperty('data', { 'same-major.sh': readFileSync(`${ROOT}/runtime/same-major.sh`, 'utf8') });
  });
});

describe('the volume', () => {
  test('is that of a claim beside the stack, which may grow: a template of the StatefulSet could not', () => {
    expect(volume(statefulSet(), 'data').persistentVolumeClaim).toEqual({ claimName: 'data-shop-postgres-0' });
    expect(statefulSet()).not.toHaveProperty('spec.volumeClaimTemplates');
    expect(statefulSet({ storage: '400Gi' })).toEqual(statefulSet({ storage: '40Gi' }));
  });

  test('is kept by Argo CD, with all that the server needs to run', () => {
    for (const kind of ['StatefulSet', 'Service', 'ServiceAccount', 'ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget']) {
      expect(render().find(kind, 'shop-postgres').metadata.annotations).toMatchObject({
        'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      });
    }
  });

  test('belongs to one server', () => {
    expect(statefulSet()).toMatchObject({ spec: { replicas: 1, serviceName: 'shop-postgres' } });
  });
});

describe('access', () => {
  test('the password is a file, and no variable holds it', () => {
    const env = variables(server());
    expect(env.POSTGRES_PASSWORD_FILE).toBe('/run/secrets/postgres/POSTGRES_PASSWORD');
    expect(env).not.toHaveProperty('POSTGRES_PASSWORD');
    expect(env).not.toHaveProperty('POSTGRES_HOST_AUTH_METHOD');
    expect(volume(statefulSet(), 'secret-postgres').secret).toMatchObject({
      secretName: 'shop-postgres',
      items: [{ key: 'POSTGRES_PASSWORD' }],
    });
  });

  test('database and user are those of the file, or called after the release', () => {
    expect(variables(server())).toMatchObject({ POSTGRES_DB: 'shop', POSTGRES_USER: 'shop' });
    expect(variables(server({ database: 'orders', user: 'clerk' }))).toMatchObject({ POSTGRES_DB: 'orders', POSTGRES_USER: 'clerk' });
  });

  test('clients find it behind a Service of a stable name', () => {
    expect(render().find('Service', 'shop-postgres').spec).toMatchObject({
      clusterIP: 'None',
      ports: [{ name: 'postgresql', port: 5432, targetPort: 'postgresql' }],
    });
    expect(server().ports).toEqual([{ name: 'postgresql', containerPort: 5432 }]);
  });
});

const SIZES = { memory: 1024 * MEBIBYTE, cpu: 2000, storage: 20 * 1024 * MEBIBYTE, maxConnections: 100 };

describe('sizes that follow from the memory', () => {
  test.each([
    // memory in MiB, connections, shared_buffers, effective_cache_size, maintenance_work_mem, work_mem
    [256, 100, '65536kB', '196608kB', '16384kB', '4096kB'],
    [1024, 100, '262144kB', '786432kB', '65536kB', '4096kB'],
    [8192, 100, '2097152kB', '6291456kB', '524288kB', '20971kB'],
    [65536, 100, '16777216kB', '50331648kB', '1048576kB', '167772kB'],
    [65536, 10, '16777216kB', '50331648kB', '1048576kB', '262144kB'],
  ])('of %i MiB and %i connections', (memory, maxConnections, shared_buffers, effective_cache_size, maintenance_work_mem, work_mem) => {
    expect(parameters({ ...SIZES, memory: memory * MEBIBYTE, maxConnections })).toMatchObject({
      max_connections: `${maxConnections}`,
      shared_buffers,
      effective_cache_size,
      maintenance_work_mem,
      work_mem,
    });
  });

  test('are what the server is started with', () => {
    const resources = { limits: { memory: '8Gi', cpu: 4 } };
    expect(started({ ...NO_TLS.postgres, maxConnections: 150, storage: '50Gi', resources })).toEqual(
      parameters({ memory: 8192 * MEBIBYTE, cpu: 4000, storage: 51_200 * MEBIBYTE, maxConnections: 150 }),
    );
  });

  test('parallel queries share a quarter of the memory, in whole bytes', () => {
    expect(server().volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
    expect(volume(statefulSet({ resources: { limits: { memory: '8Gi' } } }), 'shm').emptyDir).toEqual({
      medium: 'Memory',
      sizeLimit: '2Gi',
    });
    expect(sharedMemory(1_000_000_001)).toBe(250_000_000);
  });

  test('fails with less memory than Postgres starts with', () => {
    expect(() => statefulSet({ resources: { requests: { memory: '128Mi' }, limits: { memory: '255Mi' } } })).toThrow(
      'postgres.resources.limits.memory: must be at least 256Mi',
    );
  });
});

describe('the write-ahead log', () => {
  test.each([
    // Size of the volume in MiB, max_wal_size, min_wal_size.
    [100, '32MB', '32MB'],
    [1024, '102MB', '32MB'],
    [10_240, '1024MB', '256MB'],
    [20_480, '2048MB', '512MB'],
    [1_048_576, '4096MB', '1024MB'],
  ])('takes a tenth of a volume of %i MiB, within what is of use', (storage, max_wal_size, min_wal_size) => {
    expect(parameters({ ...SIZES, storage: storage * MEBIBYTE })).toMatchObject({ max_wal_size, min_wal_size });
  });
});

describe('parallel queries', () => {
  test.each([
    // Thousandths of a CPU, of all queries, of one, of processes.
    [500, '1', '0', '8'],
    [1000, '1', '0', '8'],
    [2000, '2', '1', '8'],
    [3900, '3', '1', '8'],
    [16_000, '16', '4', '16'],
  ])('with a limit of %i m', (cpu, max_parallel_workers, helpers, max_worker_processes) => {
    expect(parameters({ ...SIZES, cpu })).toMatchObject({
      max_parallel_workers,
      max_parallel_workers_per_gather: helpers,
      max_parallel_maintenance_workers: helpers,
      max_worker_processes,
    });
  });
});

test('there is room for the locks of more tables than Postgres itself would take, or for what the file says', () => {
  expect(started().max_locks_per_transaction).toBe('256');
  expect(started({ parameters: { max_locks_per_transaction: 900 } }).max_locks_per_transaction).toBe('900');
});

describe('slow statements', () => {
  test('are logged where the file says from when on', () => {
    expect(started({ slowStatements: '2s' }).log_min_duration_statement).toBe('2000');
    expect(started()).not.toHaveProperty('log_min_duration_statement');
  });
});

describe('parameters of the file', () => {
  test('win over those that follow from the pod, and come beside them', () => {
    const own = { work_mem: '32MB', jit: 'off' };
    expect(started({ parameters: own })).toEqual({ ...started(), ...own });
  });

  test('reach the server as they are written, though Kubernetes reads $ in an argument', () => {
    expect(server({ parameters: { log_line_prefix: '$(HOME) $$ %m' } }).args).toContain('log_line_prefix=$$(HOME) $$$$ %m');
  });
});

describe('the pod', () => {
  test('stops fast, and has the time for a checkpoint', () => {
    expect(podSpec(statefulSet()).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(120);
  });

  test('does not wait in its preStop hook, which would be reported as failed when the server ends', () => {
    expect(server().lifecycle?.preStop?.exec?.command).toEqual(['pg_ctl', 'stop', '--mode=fast', '--no-wait']);
  });

  test('is its server where kubectl is told no container', () => {
    expect(template(statefulSet()).metadata).toHaveProperty('annotations', { 'kubectl.kubernetes.io/default-container': 'postgres' });
  });

  test('writes to its volume, its sockets, shared memory and scratch space alone', () => {
    const writable = server()
      .volumeMounts?.filter(({ readOnly }) => readOnly !== true)
      .map(({ mountPath }) => mountPath);
    expect(writable).toEqual(['/var/lib/postgresql', '/var/run/postgresql', '/dev/shm', '/tmp']);
    expect(server().securityContext.readOnlyRootFilesystem).toBe(true);
  });

  test('opens its files to nobody when it restarts', () => {
    expect(podSpec(statefulSet()).securityContext).toMatchObject({
      fsGroup: 10001,
      fsGroupChangePolicy: 'OnRootMismatch',
      runAsUser: 10001,
    });
  });

  test('has scratch space as large as the disk that the file gives it', () => {
    expect(volume(statefulSet({ resources: { limits: { 'ephemeral-storage': '5Gi' } } }), 'tmp').emptyDir).toEqual({ sizeLimit: '5Gi' });
  });
});

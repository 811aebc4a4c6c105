import { schemaProblems } from '../../checks/schema';
import { merge } from '../../constructs/finish';
import { ARCHIVED, OPERATED } from '../support/kinds';
import { container, podSpec, variables } from '../support/pods';
import { render } from '../support/stack';
import { allows, podLabels, type Party } from './policies';

const rendered = (...changes: object[]) => render(changes.reduce((file, change) => merge(file, change) as object, OPERATED));
const settings = (cloudNativePg: object) => ({ postgres: { cloudNativePg } });
const ARCHIVE = 'shop-postgres-archive';
const specOf = (kind: string, name: string, ...changes: object[]) => rendered(...changes).find(kind, name).spec as Record<string, unknown>;
const clusterOf = (...changes: object[]) => specOf('Cluster', 'shop-postgres', ...changes);

test('one object says what the operator is to run, and nothing else of a server is made', () => {
  const all = rendered();
  expect(all.names('StatefulSet')).toEqual([]);
  expect(all.names('PersistentVolumeClaim')).toEqual(['shop-backup']);
  expect(all.names('Pooler')).toEqual([]);
  expect(clusterOf()).toMatchObject({
    instances: 3,
    imageName: 'ghcr.io/cloudnative-pg/postgresql:18-standard-trixie',
    imagePullPolicy: 'Always',
    storage: { size: '20Gi' },
    resources: { limits: { memory: '1Gi', cpu: '2' }, requests: { cpu: '250m' } },
    ephemeralVolumesSizeLimit: { shm: '256Mi', temporaryData: '1Gi' },
  });
  expect(clusterOf()).not.toHaveProperty('plugins');
});

test('it is kept when the stack goes: with it its volumes would go', () => {
  for (const [kind, name] of [
    ['Cluster', 'shop-postgres'] as const,
    ['ObjectStore', ARCHIVE] as const,
    ['ScheduledBackup', ARCHIVE] as const,
  ]) {
    expect(rendered(ARCHIVED).find(kind, name).metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  }
});

test('it begins with an empty database, whose owner may make the roles of the others', () => {
  expect(clusterOf().bootstrap).toEqual({
    initdb: {
      database: 'shop',
      owner: 'shop',
      secret: { name: 'shop-postgres' },
      encoding: 'UTF8',
      locale: 'en_US.utf8',
      dataChecksums: true,
      postInitApplicationSQL: ['ALTER ROLE "shop" CREATEROLE CREATEDB'],
    },
  });
});

test.each([
  [
    { provider: 'icu', name: 'de-DE' },
    { localeProvider: 'icu', icuLocale: 'de-DE' },
  ],
  [
    { provider: 'builtin', name: 'C.UTF-8' },
    { localeProvider: 'builtin', builtinLocale: 'C.UTF-8' },
  ],
  [{ provider: 'libc', name: 'C' }, { locale: 'C' }],
])('its database has the locale %j', (locale, expected) => {
  expect(clusterOf({ postgres: { locale } }).bootstrap).toMatchObject({ initdb: expected });
});

test('its parameters are those of a server of the release, and libraries have a place of their own', () => {
  const parameters = { work_mem: '64MB', shared_preload_libraries: 'pg_stat_statements, auto_explain' };
  expect(clusterOf({ postgres: { parameters, slowStatements: '2s', maxConnections: 150 } }).postgresql).toMatchObject({
    parameters: {
      work_mem: '64MB',
      max_connections: '150',
      max_locks_per_transaction: '256',
      log_min_duration_statement: '2000',
      shared_buffers: '262144kB',
    },
    shared_preload_libraries: ['pg_stat_statements', 'auto_explain'],
  });
  expect(JSON.stringify(clusterOf({ postgres: { parameters } }).postgresql)).not.toContain('"shared_preload_libraries":"');
});

test.each([
  [1, undefined],
  [2, { method: 'any', number: 1, dataDurability: 'preferred' }],
  [3, { method: 'any', number: 1, dataDurability: 'required' }],
])('with %i instances a row is acknowledged when others have it: %j', (instances, expected) => {
  expect((clusterOf(settings({ instances })).postgresql as { synchronous?: object }).synchronous).toEqual(expected);
});

describe('who connects', () => {
  test.each([
    ['Job', 'shop-migrate', 'roles'],
    ['Job', 'shop-migrate', 'migrate'],
    ['Deployment', 'shop-gunicorn', 'gunicorn'],
    ['CronJob', 'shop-backup', 'backup'],
  ] as const)('%s %s: %s finds the server that writes, by the authority of the operator', (kind, object, name) => {
    const found = rendered().find(kind, object);
    const told = variables(container(found, name));
    expect(told.PGHOST ?? told.POSTGRES_HOST).toBe('shop-postgres-rw');
    expect(told).toMatchObject({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/run/secrets/postgres-tls/ca.crt' });
    const volume = (podSpec(found).volumes ?? []).find((one) => one.name === 'secret-postgres-tls');
    expect(volume?.secret).toMatchObject({ secretName: 'shop-postgres-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] });
  });

  const SERVERS = { 'cnpg.io/cluster': 'shop-postgres' };
  const all = rendered({ postgres: { pooler: {}, metrics: {} } });
  const POOLER = { 'cnpg.io/poolerName': 'shop-pooler' };
  const labels = podLabels(all);
  const operator: Party = { namespace: { 'kubernetes.io/metadata.name': 'cnpg-system' } };

  test('is let in, and so are the other servers and the operator; nobody else is', () => {
    const enter = (party: Party, port: number) => allows(all, 'Ingress', SERVERS, party, port);
    const pods = Object.entries(labels).filter(([, one]) => enter({ pod: one }, 5432));
    expect(pods.map(([name]) => name).sort()).toEqual(['backup', 'migrate', 'monitor']);
    for (const port of [5432, 8000]) expect([enter({ pod: SERVERS }, port), enter(operator, port)]).toEqual([true, true]);
    expect(enter({ pod: POOLER }, 5432)).toBe(true);
    expect(enter({ pod: POOLER }, 8000)).toBe(false);
    expect(enter({ namespace: { 'kubernetes.io/metadata.name': 'monitoring' } }, 5432)).toBe(false);
  });

  test('as the application comes through the pooler, and reaches no server', () => {
    const gunicorn = labels.gunicorn ?? {};
    expect(allows(all, 'Egress', gunicorn, { pod: POOLER }, 5432)).toBe(true);
    expect(allows(all, 'Ingress', POOLER, { pod: gunicorn }, 5432)).toBe(true);
    expect(allows(all, 'Egress', gunicorn, { pod: SERVERS }, 5432)).toBe(false);
    expect(allows(all, 'Ingress', POOLER, { pod: labels.nginx ?? {} }, 5432)).toBe(false);
  });

  test('servers and pooler reach the API server, wherever it is', () => {
    for (const one of [SERVERS, POOLER]) expect(allows(all, 'Egress', one, { address: '10.96.0.1' }, 443)).toBe(true);
  });
});

describe('the pooler', () => {
  const pooled = { postgres: { pooler: { replicas: 3, poolSize: 12 } } };
  const all = rendered(pooled);

  test('is one that the operator runs, in transaction mode, bounded as ours is', () => {
    expect(all.names('Deployment')).not.toContain('shop-pooler');
    expect(specOf('Pooler', 'shop-pooler', pooled)).toMatchObject({
      cluster: { name: 'shop-postgres' },
      type: 'rw',
      instances: 3,
      pgbouncer: {
        image: 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1',
        poolMode: 'transaction',
        parameters: { default_pool_size: '12', max_db_connections: '12', max_client_conn: '58', query_wait_timeout: '60' },
      },
      deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        spec: {
          containers: [{ name: 'pgbouncer', resources: { limits: { memory: '128Mi' } } }],
          terminationGracePeriodSeconds: 140,
        },
      },
    });
  });

  test('shows the certificate of the servers, which is for its names too', () => {
    const gunicorn = all.find('Deployment', 'shop-gunicorn');
    expect(variables(container(gunicorn, 'gunicorn'))).toMatchObject({
      POSTGRES_HOST: 'shop-pooler',
      POSTGRES_PORT: '5432',
      POSTGRES_DISABLE_SERVER_SIDE_CURSORS: 'true',
      PGSSLROOTCERT: '/run/secrets/pooler-tls/ca.crt',
    });
    const secrets = (podSpec(gunicorn).volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
    expect(secrets).toContain('shop-postgres-ca');
    expect(secrets).not.toContain('shop-pooler-tls');
    expect(clusterOf(pooled).certificates).toEqual({
      serverAltDNSNames: ['shop-pooler', 'shop-pooler.shop-test', 'shop-pooler.shop-test.svc', 'shop-pooler.shop-test.svc.cluster.local'],
    });
  });

  test('a drain takes one of its pods at a time', () => {
    expect(specOf('PodDisruptionBudget', 'shop-pooler', pooled)).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: { 'cnpg.io/poolerName': 'shop-pooler' } },
    });
  });
});

describe('the archive', () => {
  test('is a folder of the bucket, with the credentials of a Secret, for as long as the file says', () => {
    expect(specOf('ObjectStore', ARCHIVE, ARCHIVED, settings({ archive: { days: 14 } }))).toMatchObject({
      configuration: {
        destinationPath: 's3://archive.example.com/shop-test',
        endpointURL: 'https://s3.example.com',
        s3Credentials: {
          accessKeyId: { name: 'shop-archive', key: 'ACCESS_KEY_ID' },
          secretAccessKey: { name: 'shop-archive', key: 'SECRET_ACCESS_KEY' },
        },
      },
      retentionPolicy: '14d',
      instanceSidecarConfiguration: { resources: { limits: { memory: '512Mi' } } },
    });
  });

  test('gets the log all the time, and the whole server at once and then on a schedule that counts seconds', () => {
    expect(clusterOf(ARCHIVED).plugins).toEqual([
      { name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true, parameters: { barmanObjectName: ARCHIVE } },
    ]);
    expect(specOf('ScheduledBackup', ARCHIVE, ARCHIVED)).toMatchObject({
      cluster: { name: 'shop-postgres' },
      schedule: '0 0 1 * * 0',
      immediate: true,
      method: 'plugin',
      pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
    });
    const daily = specOf('ScheduledBackup', ARCHIVE, ARCHIVED, settings({ archive: { schedule: '@daily' } }));
    expect(daily).toMatchObject({ schedule: '@daily' });
  });

  test.each([
    ['2026-11-23T13:00:00Z', { recoveryTarget: { targetTime: '2026-11-23T13:00:00Z' } }],
    [undefined, {}],
  ])('a server of another name begins with that of one before, as it was at %s', (at, target) => {
    const recovered = settings({ cluster: 'shop-2', recovery: { from: 'shop-postgres', at } });
    const spec = specOf('Cluster', 'shop-2', ARCHIVED, recovered);
    expect(spec.bootstrap).toEqual({
      recovery: { source: 'shop-postgres', database: 'shop', owner: 'shop', secret: { name: 'shop-postgres' }, ...target },
    });
    const parameters = { barmanObjectName: 'shop-2-archive', serverName: 'shop-postgres' };
    expect(spec.externalClusters).toEqual([{ name: 'shop-postgres', plugin: { name: 'barman-cloud.cloudnative-pg.io', parameters } }]);
    const all = rendered(ARCHIVED, recovered);
    expect(variables(container(all.find('Deployment', 'shop-gunicorn'), 'gunicorn'))).toMatchObject({ POSTGRES_HOST: 'shop-2-rw' });
  });
});

test('every object is one that the definitions of CloudNativePG and its plugin know', () => {
  const all = rendered(ARCHIVED, { postgres: { pooler: {} } }, settings({ cluster: 'shop-2', recovery: { from: 'shop-postgres' } }));
  expect(all.objects.flatMap(schemaProblems)).toEqual([]);
  const misspelt = structuredClone(all.find('Cluster', 'shop-2'));
  Object.assign(misspelt.spec as object, { instnaces: 3 });
  expect(schemaProblems(misspelt)).toEqual(['Cluster shop-2: spec: must NOT have additional properties (instnaces)']);
});

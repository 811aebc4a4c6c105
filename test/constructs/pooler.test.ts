import { readFileSync } from 'node:fs';
import { schemaProblems } from '../../checks/schema';
import { pooledDatabaseOf } from '../../constructs/database';
import { restrictedContainer } from '../../constructs/pod';
import { container, podSpec, variables, volume } from '../support/pods';
import { config, render, ROOT } from '../support/stack';

const WITH = { postgres: { pooler: {} } };
const rendered = render(WITH);
const deployment = rendered.find('Deployment', 'shop-pooler');
const pooler = container(deployment, 'pooler');
const iniOf = (changes: object) => {
  const { data } = render(changes).find('ConfigMap', 'shop-pooler') as unknown as { data: Record<string, string> };
  return data['pgbouncer.ini'] ?? '';
};

/** Pods that a component's policy lets it connect to, or be connected from. */
function peers(component: string, direction: 'ingress' | 'egress', objects = rendered) {
  const { spec } = objects.find('NetworkPolicy', `shop-${component}`);
  type Rule = Record<'from' | 'to', { podSelector?: { matchLabels: Record<string, string> } }[] | undefined>;
  return ((spec as Record<string, Rule[] | undefined>)[direction] ?? [])
    .flatMap((rule) => (direction === 'ingress' ? rule.from : rule.to) ?? [])
    .flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/component'] ?? []);
}

test('without the section nothing of it is there', () => {
  const objects = render().objects.filter(({ kind }) => kind !== 'ConfigMap');
  expect(JSON.stringify(objects).match(/pgbouncer|pooler|POSTGRES_DISABLE/gi)).toBeNull();
});

describe('the application', () => {
  test('finds the pooler where it found the database, and is told that cursors of the server do not work', () => {
    for (const name of ['migrated', 'gunicorn']) {
      expect(variables(container(rendered.find('Deployment', 'shop-gunicorn'), name))).toMatchObject({
        POSTGRES_HOST: 'shop-pooler',
        POSTGRES_PORT: '6432',
        POSTGRES_DB: 'shop',
        POSTGRES_DISABLE_SERVER_SIDE_CURSORS: 'true',
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: '/run/secrets/pooler-tls/ca.crt',
      });
    }
  });

  test('has no way to the database but through it', () => {
    expect(peers('gunicorn', 'egress')).toEqual(['pooler']);
    expect(peers('pooler', 'ingress')).toEqual(['gunicorn']);
    expect(peers('pooler', 'egress')).toEqual(['postgres']);
    expect(peers('postgres', 'ingress').sort()).toEqual(['backup', 'migrate', 'pooler']);
  });
});

test.each([
  ['Job', 'shop-migrate', 'migrate'],
  ['Job', 'shop-migrate', 'roles'],
  ['CronJob', 'shop-backup', 'backup'],
] as const)('%s %s goes around it: %s', (kind, name, one) => {
  const found = variables(container(rendered.find(kind, name), one));
  expect(found.POSTGRES_HOST ?? found.PGHOST).toBe('shop-postgres');
  expect(found).not.toHaveProperty('POSTGRES_DISABLE_SERVER_SIDE_CURSORS');
});

describe('PgBouncer', () => {
  test('reads a file of these parameters: a connection for a transaction, as many as the file says, waited for as long as a request takes', () => {
    const gunicorn = { replicas: 1, workers: 3, threads: 4, timeout: '45s' };
    expect(iniOf({ postgres: { pooler: { poolSize: 12 } }, gunicorn }).split('\n')).toEqual([
      '[databases]',
      'shop = host=shop-postgres port=5432 dbname=shop',
      '[pgbouncer]',
      'listen_addr = 0.0.0.0',
      'listen_port = 6432',
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      'auth_file = /run/secrets/pooler/userlist.txt',
      'pool_mode = transaction',
      `max_client_conn = ${2 * (1 + 1) * 3 * 4 + 10}`,
      'default_pool_size = 12',
      'max_db_connections = 12',
      'query_wait_timeout = 45',
      'server_idle_timeout = 60',
      'server_login_retry = 1',
      'dns_max_ttl = 5',
      'dns_nxdomain_ttl = 1',
      'log_connections = 0',
      'log_disconnections = 0',
      'client_tls_sslmode = require',
      'client_tls_cert_file = /run/secrets/pooler-tls/tls.crt',
      'client_tls_key_file = /run/secrets/pooler-tls/tls.key',
      'server_tls_sslmode = verify-full',
      'server_tls_ca_file = /run/secrets/postgres-tls/ca.crt',
      '',
    ]);
  });

  test('takes all that Gunicorn can have, twice, as a release starts pods before it stops others', () => {
    const gunicorn = { replicas: { min: 2, max: 5 }, workers: 3, threads: 4 };
    expect(iniOf({ ...WITH, gunicorn }).split('\n')).toContain(`max_client_conn = ${2 * (5 + 1) * 3 * 4 + 10}`);
  });

  test('takes connections that are not encrypted, and asks for none, where the file says so', () => {
    expect(iniOf({ postgres: { pooler: {}, tls: { enabled: false } } }).match(/^(?:client|server)_tls.*/gm)).toEqual([
      'client_tls_sslmode = disable',
      'server_tls_sslmode = disable',
    ]);
  });

  test('has passwords from a Secret alone, and of the database no more than the authority', () => {
    expect(volume(deployment, 'secret-pooler').secret?.items).toEqual([{ key: 'userlist.txt', path: 'userlist.txt' }]);
    expect(volume(deployment, 'secret-postgres-tls').secret?.items).toEqual([{ key: 'ca.crt', path: 'ca.crt' }]);
  });

  test('runs in its program, which knows the port and the folders whose content it watches, and answers there to be ready', () => {
    const probe = { tcpSocket: { port: 'pgbouncer' }, timeoutSeconds: 3 };
    const folders = ['pooler', 'pooler-tls', 'postgres-tls'].map((name) => `/run/secrets/${name}`);
    expect(pooler).toEqual({
      name: 'pooler',
      image: 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1',
      imagePullPolicy: 'Always',
      ...restrictedContainer,
      command: ['sh', '/runtime/pooler.sh', '/runtime/pgbouncer.ini', ...folders],
      env: [
        { name: 'LISTEN_PORT', value: '6432' },
        { name: 'DRAIN', value: '15' },
        { name: 'STOP', value: `${15 + 60 + config().gunicorn.timeout}` },
      ],
      ports: [{ name: 'pgbouncer', containerPort: 6432 }],
      resources: {
        requests: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
        limits: { cpu: '1', memory: '128Mi', 'ephemeral-storage': '64Mi' },
      },
      startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: 'runtime', mountPath: '/runtime', readOnly: true },
        ...folders.map((mountPath) => ({ name: mountPath.replace('/run/secrets/', 'secret-'), mountPath, readOnly: true })),
      ],
    });
    const { data } = rendered.find('ConfigMap', 'shop-pooler') as unknown as { data: Record<string, string> };
    expect(data['pooler.sh']).toBe(readFileSync(`${ROOT}/runtime/pooler.sh`, 'utf8'));
    expect(volume(deployment, 'runtime').configMap?.name).toMatch(/^shop-pooler-[0-9a-f]{8}$/);
  });

  test('has the time that its program takes to stop', () => {
    expect(podSpec(deployment).terminationGracePeriodSeconds).toBe(Number(variables(pooler).STOP) + 5);
  });
});

test('its image, resources and right to pull are those of the file', () => {
  const resources = { requests: { cpu: '0.2', memory: '48Mi' }, limits: { cpu: 2, memory: '96Mi' } };
  const file = { imagePullPolicy: 'IfNotPresent', imagePullSecrets: ['registry'], postgres: { pooler: { image: 'bouncer:1', resources } } };
  const found = render(file).find('Deployment', 'shop-pooler');
  expect(podSpec(found).imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(container(found, 'pooler')).toMatchObject({
    image: 'bouncer:1',
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: '200m', memory: '48Mi' }, limits: { cpu: '2', memory: '96Mi' } },
  });
});

const LABELS = {
  'app.kubernetes.io/name': 'pgbouncer',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': 'pooler',
};

test('its Service has one address for its pods, as the application keeps what a name stands for', () => {
  expect(rendered.find('Service', 'shop-pooler').spec).toEqual({
    selector: LABELS,
    ports: [{ name: 'pgbouncer', port: 6432, targetPort: 'pgbouncer' }],
  });
});

test('its pods are as many as the file says, and a release stops none before another serves', () => {
  expect(deployment.spec).toMatchObject({ replicas: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  expect(render({ postgres: { pooler: { replicas: 3 } } }).find('Deployment', 'shop-pooler').spec).toMatchObject({ replicas: 3 });
});

test('with an issuer of cert-manager its certificate is asked for, by the names of its Service', () => {
  const changes = { postgres: { pooler: {}, tls: { issuer: { name: 'internal' } } } };
  const found = render(changes).find('Certificate', 'shop-pooler');
  expect(schemaProblems(found)).toEqual([]);
  expect(found.spec).toMatchObject({
    secretName: 'shop-pooler-tls',
    issuerRef: { name: 'internal' },
    dnsNames: config(changes).postgres.pooler?.hosts,
  });
  expect(config(changes).postgres.pooler?.hosts).toContain(pooledDatabaseOf(config(changes)).host);
});

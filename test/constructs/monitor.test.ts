import { schemaProblems } from '../../checks/schema';
import { restrictedContainer } from '../../constructs/pod';
import { container, podSpec, variables, volume } from '../support/pods';
import { config, problems, render, SMALLEST } from '../support/stack';
import { stringify } from 'yaml';
import { merge } from '../../constructs/finish';

const rendered = (metrics: object = {}, more: object = {}) => render({ postgres: { metrics, ...more } });
const deployment = rendered().find('Deployment', 'shop-monitor');
const exporter = container(deployment, 'exporter');

test('without the section nothing of it is there', () => {
  const objects = render().objects.filter(({ kind }) => kind !== 'ConfigMap');
  expect(JSON.stringify(objects).match(/9187|shop-monitor|postgres-monitor/g)).toBeNull();
});

test('the exporter reads the database in its own role, no variable holds its password, and its page says whether it lives', () => {
  const httpGet = { path: '/', port: 'metrics' };
  expect(exporter).toEqual({
    name: 'exporter',
    image: 'quay.io/prometheuscommunity/postgres-exporter:v0.19.1',
    imagePullPolicy: 'Always',
    ...restrictedContainer,
    args: ['--web.listen-address=:9187'],
    env: [
      {
        name: 'DATA_SOURCE_URI',
        value: 'shop-postgres:5432/shop?sslmode=verify-full&sslrootcert=/run/secrets/postgres-tls/ca.crt',
      },
      { name: 'DATA_SOURCE_USER', value: 'shop_monitor' },
      { name: 'DATA_SOURCE_PASS_FILE', value: '/run/secrets/postgres/POSTGRES_PASSWORD' },
    ],
    ports: [{ name: 'metrics', containerPort: 9187 }],
    resources: {
      requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
      limits: { cpu: '200m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
    },
    startupProbe: { httpGet, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { tcpSocket: { port: 'metrics' }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    livenessProbe: { httpGet, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [
      { name: 'secret-postgres-monitor', mountPath: '/run/secrets/postgres', readOnly: true },
      { name: 'secret-postgres-tls', mountPath: '/run/secrets/postgres-tls', readOnly: true },
    ],
  });
  expect(volume(deployment, 'secret-postgres-monitor').secret).toMatchObject({
    secretName: 'shop-postgres-monitor',
    items: [{ key: 'POSTGRES_PASSWORD', path: 'POSTGRES_PASSWORD' }],
  });
  expect(volume(deployment, 'secret-postgres-tls').secret?.items).toEqual([{ key: 'ca.crt', path: 'ca.crt' }]);
});

test('its image, resources and right to pull are those of the file', () => {
  const metrics = { image: 'exporter:2', resources: { limits: { memory: '192Mi' } } };
  const file = { imagePullPolicy: 'IfNotPresent', imagePullSecrets: ['registry'], postgres: { metrics } };
  const found = render(file).find('Deployment', 'shop-monitor');
  expect(podSpec(found).imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(container(found, 'exporter')).toMatchObject({
    image: 'exporter:2',
    imagePullPolicy: 'IfNotPresent',
    resources: { limits: { memory: '192Mi' } },
  });
});

test('there is one, as two would count the same twice', () => {
  expect(deployment.spec).toMatchObject({ replicas: 1 });
});

test('without TLS it says so', () => {
  const { DATA_SOURCE_URI } = variables(
    container(rendered({}, { tls: { enabled: false } }).find('Deployment', 'shop-monitor'), 'exporter'),
  );
  expect(DATA_SOURCE_URI).toBe('shop-postgres:5432/shop?sslmode=disable');
});

test('it goes around a pooler', () => {
  const found = container(rendered({}, { pooler: {} }).find('Deployment', 'shop-monitor'), 'exporter');
  expect(variables(found).DATA_SOURCE_URI).toMatch(/^shop-postgres:5432/);
});

test('the program of roles has its password, as it has those of the others', () => {
  const roles = container(rendered().find('Job', 'shop-migrate'), 'roles');
  expect(roles.volumeMounts).toContainEqual({
    name: 'secret-postgres-monitor',
    mountPath: '/run/secrets/postgres-monitor',
    readOnly: true,
  });
  expect(variables(roles).MONITOR_ROLE).toBe('shop_monitor');
});

test('Prometheus alone may connect to it, and it to the database', () => {
  expect(rendered({ namespace: 'watch' }).find('NetworkPolicy', 'shop-monitor').spec).toMatchObject({
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'watch' } } }],
        ports: [{ port: 9187, protocol: 'TCP' }],
      },
    ],
    egress: [
      { to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'postgres' } } }], ports: [{ port: 5432, protocol: 'TCP' }] },
      {},
    ],
  });
});

test('Prometheus finds its pod by a Service, and a ServiceMonitor unless the file wants none', () => {
  const selector = {
    'app.kubernetes.io/name': 'postgres-exporter',
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/component': 'monitor',
  };
  const all = rendered({ serviceMonitor: { labels: { release: 'prometheus' }, interval: '1m' } });
  const found = all.find('ServiceMonitor', 'shop-monitor');
  expect(schemaProblems(found)).toEqual([]);
  expect(found.metadata.labels).toMatchObject({ release: 'prometheus', ...selector });
  expect(found.spec).toEqual({ selector: { matchLabels: selector }, endpoints: [{ port: 'metrics', interval: '60s' }] });
  const service = all.find('Service', 'shop-monitor-metrics');
  expect(service.metadata.labels).toMatchObject(selector);
  expect(service.spec).toEqual({ clusterIP: 'None', selector, ports: [{ name: 'metrics', port: 9187, targetPort: 'metrics' }] });
  expect(rendered({ serviceMonitor: false }).names('ServiceMonitor')).toEqual([]);
});

test('its connections count', () => {
  const least = (metrics?: object) =>
    /at least (\d+)/.exec(problems(stringify(merge(SMALLEST, { postgres: { maxConnections: 10, metrics } }))).join())?.[1];
  expect(Number(least({}))).toBe(Number(least()) + 2);
  expect(config({ postgres: { metrics: {} } }).postgres.metrics?.namespace).toBe('monitoring');
});

import { withDefaults } from '../../../checks/definitions';
import { schemaProblems } from '../../../checks/schema';
import { container, podSpec } from '../../support/pods';
import { render } from '../../support/stack';
import { block, confText, http, server, values } from '../nginx-tree';

const rendered = (metrics: object = {}, more: object = {}) => render({ nginx: { metrics, ...more } });
const exporter = (metrics?: object) => container(rendered(metrics).find('Deployment', 'shop-nginx'), 'exporter');

test('without the section there is nothing of it', () => {
  const plain = render();
  expect(podSpec(plain.find('Deployment', 'shop-nginx')).containers.map(({ name }) => name)).toEqual(['nginx']);
  expect(plain.names('ServiceMonitor')).toEqual([]);
  expect(plain.names('Service')).not.toContain('shop-nginx-metrics');
  expect(confText(plain)).not.toContain('stub_status');
  expect(JSON.stringify(plain.find('NetworkPolicy', 'shop-nginx'))).not.toContain('9113');
});

describe('the counters of Nginx', () => {
  test('are on a port of the loopback interface, which is not logged and has nothing else', () => {
    const status = server(http(rendered()), '127.0.0.1:8082');
    expect(values(status, 'access_log')).toEqual(['off']);
    expect(block(status, 'location', '= /stub_status')).toEqual([{ name: 'stub_status', args: [] }]);
    expect(values(block(status, 'location', '/'), 'return')).toEqual(['404']);
  });

  test('are asked for there by the exporter, which listens for Prometheus', () => {
    expect(exporter()).toMatchObject({
      args: ['--nginx.scrape-uri=http://127.0.0.1:8082/stub_status', '--web.listen-address=:9113'],
      ports: [{ name: 'metrics', containerPort: 9113 }],
    });
  });
});

describe('the exporter', () => {
  test('is of the image that the file names, pulled as the others are', () => {
    expect(exporter()).toMatchObject({ image: 'docker.io/nginx/nginx-prometheus-exporter:1.5.3', imagePullPolicy: 'Always' });
    expect(exporter({ image: 'registry.example.com/exporter:2' }).image).toBe('registry.example.com/exporter:2');
  });

  test('has its own small amounts, or those of the file', () => {
    expect(exporter().resources).toEqual({
      requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
      limits: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
    });
    expect(exporter({ resources: { limits: { memory: '96Mi' } } }).resources.limits.memory).toBe('96Mi');
  });

  test('runs without rights, and writes nowhere', () => {
    expect(exporter().securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsUser: 10001, capabilities: { drop: ['ALL'] } });
    expect(exporter()).not.toHaveProperty('volumeMounts');
  });

  test('is judged by its own page, not by the counters, so that a busy Nginx does not end it', () => {
    const { startupProbe, readinessProbe, livenessProbe } = exporter();
    expect(startupProbe?.httpGet).toEqual({ path: '/', port: 'metrics' });
    expect(readinessProbe?.tcpSocket).toEqual({ port: 'metrics' });
    expect(livenessProbe?.httpGet).toEqual({ path: '/', port: 'metrics' });
  });

  test('stands behind Nginx, whose logs and shell are those of the pod', () => {
    expect(podSpec(rendered().find('Deployment', 'shop-nginx')).containers.map(({ name }) => name)).toEqual(['nginx', 'exporter']);
  });
});

describe('Prometheus', () => {
  const monitor = (metrics?: object) => rendered(metrics).find('ServiceMonitor', 'shop-nginx');

  test('finds each pod by a Service of its own, as that of the site may be open to the world', () => {
    const open = rendered({}, { service: { type: 'LoadBalancer' } });
    expect(open.find('Service', 'shop-nginx-metrics').spec).toMatchObject({
      clusterIP: 'None',
      ports: [{ name: 'metrics', port: 9113, targetPort: 'metrics' }],
    });
    expect((open.find('Service', 'shop-nginx').spec as { ports: object[] }).ports).toHaveLength(2);
  });

  test('is told of it by a ServiceMonitor, with the labels that it goes by', () => {
    const labels = { release: 'kube-prometheus-stack' };
    expect(monitor().spec).toMatchObject({ endpoints: [{ port: 'metrics', interval: '30s' }] });
    expect(monitor({ serviceMonitor: { labels, interval: '1m' } })).toMatchObject({
      metadata: { labels },
      spec: { endpoints: [{ port: 'metrics', interval: '60s' }] },
    });
  });

  test('cannot be led astray by labels that are not its own', () => {
    const { metadata } = monitor({ serviceMonitor: { labels: { 'app.kubernetes.io/instance': 'other' } } });
    expect(metadata.labels?.['app.kubernetes.io/instance']).toBe('shop');
  });

  test('chooses both Services of Nginx by that monitor, of which one alone has the port', () => {
    const { matchLabels } = (monitor().spec as { selector: { matchLabels: Record<string, string> } }).selector;
    const chosen = rendered().objects.filter(
      ({ kind, metadata }) => kind === 'Service' && Object.entries(matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
    );
    const ports = chosen.flatMap(({ spec }) => (spec as { ports: { name: string }[] }).ports.map(({ name }) => name));
    expect(ports.filter((name) => name === 'metrics')).toHaveLength(1);
  });

  test('has a monitor that its definition takes as it is, applied last', () => {
    expect(schemaProblems(monitor())).toEqual([]);
    expect(withDefaults(monitor())).toEqual(monitor());
    expect(monitor().metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': '1' });
  });

  test('needs none where the cluster lacks the operator', () => {
    const without = rendered({ serviceMonitor: false });
    expect(without.names('ServiceMonitor')).toEqual([]);
    expect(without.names('Service')).toContain('shop-nginx-metrics');
  });

  test.each([
    [{}, 'monitoring'],
    [{ namespace: 'prometheus' }, 'prometheus'],
  ])('may connect to the exporter from its namespace alone: %j', (metrics, namespace) => {
    const { ingress } = rendered(metrics).find('NetworkPolicy', 'shop-nginx').spec as { ingress: { from?: unknown; ports: object[] }[] };
    const rules = ingress.filter(({ ports }) => JSON.stringify(ports).includes('9113'));
    expect(rules).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
        ports: [{ protocol: 'TCP', port: 9113 }],
      },
    ]);
  });
});

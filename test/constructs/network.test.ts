import { render, type Rendered } from '../support/stack';
import { allows, podLabels } from './policies';

const PORTS = [53, 80, 443, 5432, 8000, 8080, 8081, 8443];
const COMPONENTS = ['postgres', 'migrate', 'gunicorn', 'nginx', 'backup', 'drill'];
const labels = (rendered: Rendered, component: string) => podLabels(rendered)[component] ?? {};

/** Every connection that both ends allow. */
function edges(rendered: Rendered): string[] {
  return COMPONENTS.flatMap((from) =>
    COMPONENTS.flatMap((to) =>
      PORTS.filter(
        (port) =>
          allows(rendered, 'Egress', labels(rendered, from), { pod: labels(rendered, to) }, port) &&
          allows(rendered, 'Ingress', labels(rendered, to), { pod: labels(rendered, from) }, port),
      ).map((port) => `${from} -> ${to}:${port}`),
    ),
  );
}

/** Components that may connect to a party outside the stack. */
const outward = (rendered: Rendered, party: { address: string } | { namespace: Record<string, string> }, port: number, protocol = 'TCP') =>
  COMPONENTS.filter((component) => allows(rendered, 'Egress', labels(rendered, component), party, port, protocol));

const CHANGES = [
  {},
  { django: { egress: 'internet' } },
  { django: { egress: [{ cidr: '10.0.0.0/8', ports: [443] }] } },
  { release: 'blog', gunicorn: { gpu: { count: 1 } } },
];

describe('connections inside the stack', () => {
  test.each(CHANGES)('are exactly those that it uses: %j', (changes) => {
    expect(Object.keys(podLabels(render(changes))).sort()).toEqual([...COMPONENTS].sort());
    expect(edges(render(changes))).toEqual([
      'migrate -> postgres:5432',
      'gunicorn -> postgres:5432',
      'nginx -> gunicorn:8000',
      'backup -> postgres:5432',
    ]);
  });

  test('anybody reaches Nginx for HTTP and HTTPS, and nobody anything else', () => {
    const rendered = render();
    for (const party of [
      { address: '203.0.113.9' },
      { namespace: { 'kubernetes.io/metadata.name': 'ingress' } },
      { pod: { app: 'stranger' } },
    ]) {
      const open = COMPONENTS.flatMap((component) =>
        PORTS.filter((port) => allows(rendered, 'Ingress', labels(rendered, component), party, port)).map((port) => `${component}:${port}`),
      );
      expect(open).toEqual(['nginx:8080', 'nginx:8443']);
    }
  });

  test('a pod that somebody else starts in the namespace reaches nothing and is reached by nobody', () => {
    const rendered = render();
    for (const party of [
      { address: '203.0.113.9' },
      { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } },
      { pod: labels(rendered, 'postgres') },
    ]) {
      for (const type of ['Ingress', 'Egress'] as const)
        expect(PORTS.filter((port) => allows(rendered, type, { app: 'stranger' }, party, port))).toEqual([]);
    }
    expect(rendered.find('NetworkPolicy', 'shop-default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('pods of another release in reach are strangers', () => {
    const other = { ...labels(render(), 'gunicorn'), 'app.kubernetes.io/instance': 'blog' };
    expect(allows(render(), 'Ingress', labels(render(), 'postgres'), { pod: other }, 5432)).toBe(false);
  });

  test('the policies use the ports that the pods listen on', () => {
    const rendered = render();
    for (const [component, port] of [
      ['gunicorn', 8000],
      ['postgres', 5432],
    ] as const) {
      expect(rendered.find('Service', `shop-${component}`)).toHaveProperty('spec.ports.0.port', port);
    }
  });
});

describe('names', () => {
  const kubeSystem = { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } };

  test.each(['UDP', 'TCP'])("are asked by %s of the cluster's own DNS, by all but Postgres and drills", (protocol) => {
    expect(outward(render(), kubeSystem, 53, protocol)).toEqual(['migrate', 'gunicorn', 'nginx', 'backup']);
    expect(outward(render(), kubeSystem, 443, protocol)).toEqual([]);
  });

  test.each([{}, { cluster: { dns: 'coredns.dns.svc.cluster.local' } }, { cluster: { dns: '169.254.20.10' } }])(
    'are asked of a cache on the node, which has a link-local address and is no pod: %j',
    (changes) => {
      for (const address of ['169.254.20.10', '169.254.169.254', '169.254.10.11']) {
        for (const protocol of ['UDP', 'TCP'])
          expect(outward(render(changes), { address }, 53, protocol)).toEqual(['migrate', 'gunicorn', 'nginx', 'backup']);
        expect(outward(render(changes), { address }, 80)).toEqual([]);
      }
    },
  );

  test('are asked in the namespace of the Service that the file names', () => {
    const rendered = render({ cluster: { dns: 'coredns.dns.svc.cluster.local' } });
    expect(outward(rendered, { namespace: { 'kubernetes.io/metadata.name': 'dns' } }, 53, 'UDP')).toEqual([
      'migrate',
      'gunicorn',
      'nginx',
      'backup',
    ]);
    expect(outward(rendered, kubeSystem, 53, 'UDP')).toEqual([]);
  });

  test('are asked at the address that the file names', () => {
    const rendered = render({ cluster: { dns: '10.96.0.10' } });
    expect(outward(rendered, { address: '10.96.0.10' }, 53, 'UDP')).toEqual(['migrate', 'gunicorn', 'nginx', 'backup']);
    expect(outward(rendered, { address: '10.96.0.11' }, 53, 'UDP')).toEqual([]);
    expect(outward(rendered, { address: '10.96.0.10' }, 443)).toEqual([]);
  });

  test('of an address also reach the pods behind it, which is where most networks judge a connection', () => {
    const rendered = render({ cluster: { dns: '10.96.0.10' } });
    for (const protocol of ['UDP', 'TCP'])
      expect(outward(rendered, kubeSystem, 53, protocol)).toEqual(['migrate', 'gunicorn', 'nginx', 'backup']);
    expect(outward(rendered, kubeSystem, 443)).toEqual([]);
    expect(outward(rendered, { namespace: { 'kubernetes.io/metadata.name': 'other' } }, 53, 'UDP')).toEqual([]);
  });
});

describe('what the application may connect to', () => {
  const internet = ['1.1.1.1', '203.0.113.9', '192.0.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'];
  const inside = [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '127.0.0.1',
    '0.0.0.0',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    'fd00:ec2::254',
    'fe80::1',
    'fc00::1',
    'ff02::1',
  ];

  test('is nothing by default', () => {
    for (const egress of [{}, { django: { egress: 'none' } }]) {
      for (const address of [...internet, ...inside])
        expect({ address, by: outward(render(egress), { address }, 443) }).toEqual({ address, by: [] });
    }
  });

  test("is the internet by choice, for the project's own code alone", () => {
    const rendered = render({ django: { egress: 'internet' } });
    for (const address of internet) {
      expect({ address, by: outward(rendered, { address }, 443) }).toEqual({ address, by: ['migrate', 'gunicorn'] });
      expect(outward(rendered, { address }, 25)).toEqual(['migrate', 'gunicorn']);
    }
  });

  test('never holds private networks or the metadata of clouds', () => {
    const rendered = render({ django: { egress: 'internet' } });
    for (const address of inside) expect({ address, by: outward(rendered, { address }, 80) }).toEqual({ address, by: [] });
  });

  test('is a list by choice, of addresses and ports', () => {
    const rendered = render({
      django: {
        egress: [
          { cidr: '203.0.113.0/24', ports: [443, 587] },
          { cidr: '10.1.2.3/32', ports: [6379] },
        ],
      },
    });
    const by = (address: string, port: number) => outward(rendered, { address }, port);
    expect(by('203.0.113.9', 443)).toEqual(['migrate', 'gunicorn']);
    expect(by('203.0.113.9', 587)).toEqual(['migrate', 'gunicorn']);
    expect(by('10.1.2.3', 6379)).toEqual(['migrate', 'gunicorn']);
    for (const [address, port] of [
      ['203.0.113.9', 80],
      ['203.0.114.1', 443],
      ['10.1.2.3', 443],
      ['10.1.2.4', 6379],
    ] as const)
      expect(by(address, port)).toEqual([]);
  });

  test('fails for what is no range of addresses', () => {
    for (const cidr of ['203.0.113.0', 'example.com', '203.0.113.0/33']) {
      expect(() => render({ django: { egress: [{ cidr, ports: [443] }] } })).toThrow('django.egress[0].cidr: must be a range');
    }
  });
});

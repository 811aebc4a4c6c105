import { schemaProblems } from '../../../checks/schema';
import { withDefaults } from '../../../checks/definitions';
import type { Manifest } from '../../../constructs/manifests';
import { render, type Rendered } from '../../support/stack';

const REAL_IP = { from: ['10.244.0.0/16'] };
const NAMES = { django: { hosts: ['shop.example.com', '.example.org'] } };
const CERTIFICATES = [{ hosts: ['.example.org'], secretName: 'org-tls' }];
const REDIRECTS = [{ from: ['www.example.com'], to: 'shop.example.com' }];

const wave = ({ metadata }: Manifest) => metadata.annotations?.['argocd.argoproj.io/sync-wave'];
const kinds = (rendered: Rendered) => rendered.objects.map(({ kind }) => kind);

describe('the Service', () => {
  const service = (settings: object = {}) => render({ nginx: { service: settings } }).find('Service', 'shop-nginx');

  test.each([
    ['LoadBalancer', 'Local'],
    ['NodePort', 'Cluster'],
  ])('of type %s takes traffic as %s, or as the file says', (type, policy) => {
    expect(service({ type }).spec).toMatchObject({ type, externalTrafficPolicy: policy });
    const other = policy === 'Local' ? 'Cluster' : 'Local';
    expect(service({ type, externalTrafficPolicy: other }).spec).toMatchObject({ externalTrafficPolicy: other });
  });

  test('inside the cluster has none of what belongs to the outside', () => {
    expect(Object.keys(service().spec as object).sort()).toEqual(['ports', 'selector', 'type']);
  });

  test('is handed to the load balancer that the file names, with its ranges and annotations', () => {
    const settings = { loadBalancerClass: 'service.k8s.aws/nlb', loadBalancerSourceRanges: ['203.0.113.0/24', '2001:db8::/32'] };
    const object = service({ type: 'LoadBalancer', ...settings, annotations: { 'example.com/internal': 'true' } });
    expect(object.spec).toMatchObject(settings);
    expect(object.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '0', 'example.com/internal': 'true' });
    expect(schemaProblems(object)).toEqual([]);
  });

  test('has no empty list, which every apply would report as a change', () => {
    expect(service({ type: 'LoadBalancer', loadBalancerSourceRanges: [] }).spec).not.toHaveProperty('loadBalancerSourceRanges');
  });
});

describe('the Ingress', () => {
  const rendered = (nginx: object = {}) =>
    render({ ...NAMES, nginx: { ingress: { className: 'public' }, realIp: REAL_IP, redirects: REDIRECTS, ...nginx } });
  const ingress = (nginx: object = {}) => rendered(nginx).find('Ingress', 'shop-nginx');
  const spec = (nginx?: object) =>
    ingress(nginx).spec as { ingressClassName: string; tls: unknown[]; rules: { host: string; http: { paths: object[] } }[] };

  test('is there when the file has one, and only then', () => {
    expect(kinds(render())).not.toContain('Ingress');
    expect(schemaProblems(ingress())).toEqual([]);
  });

  test('leads every name, old ones too, to the port of Nginx for HTTPS', () => {
    expect(spec().rules.map(({ host }) => host)).toEqual(['shop.example.com', 'example.org', '*.example.org', 'www.example.com']);
    const backend = { service: { name: 'shop-nginx', port: { name: 'https' } } };
    for (const { http } of spec().rules) expect(http.paths).toEqual([{ path: '/', pathType: 'Prefix', backend }]);
  });

  test('ends TLS with the certificate of the site', () => {
    const hosts = ['shop.example.com', 'example.org', '*.example.org', 'www.example.com'];
    expect(spec().tls).toEqual([{ hosts, secretName: 'shop-tls' }]);
    expect(spec({ tls: { secretName: 'own' } }).tls).toEqual([{ hosts, secretName: 'own' }]);
  });

  test('ends TLS for each name with its own certificate', () => {
    expect(spec({ tls: { certificates: CERTIFICATES } }).tls).toEqual([
      { hosts: ['shop.example.com', 'www.example.com'], secretName: 'shop-tls' },
      { hosts: ['example.org', '*.example.org'], secretName: 'org-tls' },
    ]);
  });

  test('is of the class that the file names, with its annotations', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' };
    const object = ingress({ ingress: { className: 'public', annotations } });
    expect(object.spec).toMatchObject({ ingressClassName: 'public' });
    expect(object.metadata.annotations).toMatchObject(annotations);
  });

  test('is applied last: without a controller it is never healthy, and would hold back what follows', () => {
    expect(wave(ingress())).toBe('1');
  });
});

describe('the routes of a Gateway', () => {
  const rendered = (gateway: object, more: object = {}) =>
    render({ ...NAMES, nginx: { gateway: { name: 'public', ...gateway }, redirects: REDIRECTS, ...more } });
  const httpRoute = (gateway: object = {}) => rendered({ route: 'HTTPRoute', sectionName: 'https', ...gateway }, { realIp: REAL_IP });
  const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' };
  const BACKEND = { group: '', kind: 'Service', name: 'shop-nginx', port: 443, weight: 1 };
  const HOSTNAMES = ['shop.example.com', 'example.org', '*.example.org', 'www.example.com'];
  const EVERY_PATH = [{ path: { type: 'PathPrefix', value: '/' } }];
  const ofGateway = ({ objects }: Rendered) => objects.filter(({ apiVersion }) => apiVersion.startsWith('gateway.networking.k8s.io/'));
  const both = [...ofGateway(rendered({ namespace: 'infra', sectionName: 'tls', httpSectionName: 'http' })), ...ofGateway(httpRoute())];

  test('are there when the file has a Gateway, and only then', () => {
    expect(ofGateway(render())).toEqual([]);
    expect(both.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'TLSRoute shop-nginx',
      'HTTPRoute shop-nginx-http',
      'HTTPRoute shop-nginx',
      'BackendTLSPolicy shop-nginx',
    ]);
  });

  test.each(both.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    '%s is what its definition takes, needs no default of it, and is applied last',
    (_name, object) => {
      expect(schemaProblems(object)).toEqual([]);
      expect(withDefaults(object)).toEqual(object);
      expect(wave(object)).toBe('1');
    },
  );

  test('pass TLS through to the port of Nginx for HTTPS', () => {
    expect(rendered({}).find('TLSRoute', 'shop-nginx').spec).toEqual({
      parentRefs: [GATEWAY],
      hostnames: HOSTNAMES,
      rules: [{ backendRefs: [BACKEND] }],
    });
  });

  test('lead to the port that the Service has', () => {
    const { spec } = rendered({}, { service: { https: 8443 } }).find('TLSRoute', 'shop-nginx');
    expect(spec).toHaveProperty('rules.0.backendRefs.0.port', 8443);
  });

  test('name the Gateway and its listener', () => {
    expect(rendered({ namespace: 'infra', sectionName: 'tls' }).find('TLSRoute', 'shop-nginx').spec).toMatchObject({
      parentRefs: [{ ...GATEWAY, namespace: 'infra', sectionName: 'tls' }],
    });
  });

  test('pass requests on where the Gateway ends TLS', () => {
    expect(httpRoute().find('HTTPRoute', 'shop-nginx').spec).toEqual({
      parentRefs: [{ ...GATEWAY, sectionName: 'https' }],
      hostnames: HOSTNAMES,
      rules: [{ matches: EVERY_PATH, backendRefs: [BACKEND] }],
    });
  });

  test('pass them on over TLS, to a Nginx that shows the certificate of the site', () => {
    const targetRefs = [{ group: '', kind: 'Service', name: 'shop-nginx', sectionName: 'https' }];
    const policy = (gateway?: object) => httpRoute(gateway).find('BackendTLSPolicy', 'shop-nginx').spec;
    expect(policy()).toEqual({ targetRefs, validation: { hostname: 'shop.example.com', wellKnownCACertificates: 'System' } });
    expect(policy({ caConfigMap: 'shop-ca' })).toEqual({
      targetRefs,
      validation: { hostname: 'shop.example.com', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'shop-ca' }] },
    });
  });

  test('know Nginx by a single name, as a certificate for a whole domain has it too', () => {
    const only = {
      django: { hosts: ['.example.org'] },
      nginx: { gateway: { name: 'a', sectionName: 'b', route: 'HTTPRoute' }, realIp: REAL_IP },
    };
    expect(render(only).find('BackendTLSPolicy', 'shop-nginx').spec).toHaveProperty('validation.hostname', 'example.org');
  });

  test('redirect what comes without TLS, on the listener for it', () => {
    const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };
    for (const one of [rendered({ httpSectionName: 'http' }), httpRoute({ httpSectionName: 'http' })])
      expect(one.find('HTTPRoute', 'shop-nginx-http').spec).toEqual({
        parentRefs: [{ ...GATEWAY, sectionName: 'http' }],
        hostnames: HOSTNAMES,
        rules: [{ matches: EVERY_PATH, filters: [redirect] }],
      });
  });
});

test('whoever stands in front, Nginx is open on its two ports to everybody, and on no other', () => {
  const policy = (nginx: object) => render({ nginx }).find('NetworkPolicy', 'shop-nginx').spec as { ingress: unknown[] };
  const ports = [8080, 8443].map((port) => ({ protocol: 'TCP', port }));
  for (const nginx of [{}, { ingress: { className: 'a' }, realIp: REAL_IP }, { gateway: { name: 'a' } }])
    expect(policy(nginx).ingress).toEqual([{ ports }]);
});

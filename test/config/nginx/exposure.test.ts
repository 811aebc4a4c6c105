import { parseEnvironment } from '../../../config/load';
import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, ROOT, SMALLEST } from '../../support/stack';

const text = (changes: object) => stringify(merge(SMALLEST, changes));
const said = (nginx: object, django: object = {}) => problems(text({ django, nginx })).map((line) => line.replace(/^\S+ /, ''));
const warned = (nginx: object) => parseEnvironment(ROOT, 'environments/test.yaml', text({ nginx }), [])?.warnings ?? [];

const REAL_IP = { realIp: { from: ['10.244.0.0/16'] } };
const INGRESS = { ingress: { className: 'nginx' } };
const HTTP_ROUTE = { gateway: { name: 'public', sectionName: 'https', route: 'HTTPRoute' } };
const TLS_ROUTE = { gateway: { name: 'public' } };
const PROXY_PROTOCOL = { realIp: { from: ['10.244.0.0/16'], header: 'proxy_protocol' } };

describe('a Service', () => {
  test.each([
    { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', loadBalancerSourceRanges: ['203.0.113.0/24', '2001:db8::/32'] },
    { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', httpNodePort: 30080, httpsNodePort: 30443 },
    { type: 'NodePort', externalTrafficPolicy: 'Local', http: 8080, https: 8443 },
    { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing', plain: '' } },
  ])('is taken: %j', (service) => {
    expect(said({ service })).toEqual([]);
  });

  test.each([
    [{ type: 'ExternalName' }, 'type: must be one of ClusterIP, NodePort, LoadBalancer, got "ExternalName"'],
    [{ http: 443 }, 'https: must differ from http, got 443 for both'],
    [{ type: 'NodePort', httpNodePort: 80 }, 'httpNodePort: must be a whole number from 30000 to 32767, got 80'],
    [{ type: 'NodePort', httpNodePort: 30000, httpsNodePort: 30000 }, 'httpsNodePort: must differ from httpNodePort, got 30000 for both'],
    [{ httpNodePort: 30000 }, 'httpNodePort: needs type NodePort or LoadBalancer, got ClusterIP'],
    [{ externalTrafficPolicy: 'Local' }, 'externalTrafficPolicy: needs type NodePort or LoadBalancer, got ClusterIP'],
    [{ type: 'NodePort', loadBalancerClass: 'a/b' }, 'loadBalancerClass: needs type LoadBalancer, got NodePort'],
    [{ loadBalancerSourceRanges: ['10.0.0.0/8'] }, 'loadBalancerSourceRanges: needs type LoadBalancer, got ClusterIP'],
    [
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.1/8'] },
      'loadBalancerSourceRanges[0]: must be a range of IPv4 or IPv6 addresses that begins at its first one, such as 203.0.113.0/24, got "10.0.0.1/8"',
    ],
    [{ annotations: { internal: true } }, 'annotations.internal: must be a text: put numbers, true and false into quotes, got true'],
    [
      { annotations: { 'argocd.argoproj.io/sync-wave': '5' } },
      'annotations.argocd.argoproj.io/sync-wave: must be left to Argo CD and kubectl, which go by it',
    ],
    [{ annotations: { 'a b': 'c' } }, 'annotations.a b: must be the key of a label, such as pool or example.com/pool'],
  ])('is refused: %j', (service, sentence) => {
    expect(said({ service })).toEqual([`nginx.service.${sentence}`]);
  });
});

describe('an Ingress', () => {
  test.each([
    [{ ...INGRESS, ...REAL_IP }],
    [{ ingress: { className: 'traefik', annotations: { 'a.example.com/b': 'c' } }, ...REAL_IP }],
    [{ ...INGRESS, realIp: { from: ['10.244.0.0/16'], header: 'X-Real-IP' } }],
  ])('is taken: %j', (nginx) => {
    expect(said(nginx)).toEqual([]);
  });

  test.each([
    [{ ingress: {}, ...REAL_IP }, /^nginx\.ingress\.className: is missing: must be a name of an object/],
    [INGRESS, /^nginx\.realIp: is needed with nginx\.ingress, .* such as \{ from: \[10\.244\.0\.0\/16\] \}$/],
    [{ ...INGRESS, ...PROXY_PROTOCOL }, /^nginx\.realIp\.header: must be a header such as X-Forwarded-For with nginx\.ingress/],
    [{ ...INGRESS, ...HTTP_ROUTE, ...REAL_IP }, /^nginx\.gateway: does not go with nginx\.ingress: take one of them$/],
    [
      { ...INGRESS, ...REAL_IP, tls: { clientCa: 'clients' } },
      /^nginx\.tls\.clientCa: does not go with nginx\.ingress, .*: take a TLSRoute/,
    ],
    [
      { ingress: { className: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '' } }, ...REAL_IP },
      /^nginx\.ingress\.annotations\.kubectl\.kubernetes\.io\/last-applied-configuration: must be left to Argo CD and kubectl/,
    ],
  ])('is refused: %j', (nginx, sentence) => {
    expect(said(nginx)).toEqual([expect.stringMatching(sentence)]);
  });

  test('goes by names, not by addresses', () => {
    expect(said({ ...INGRESS, ...REAL_IP }, { hosts: ['shop.example.com', '192.0.2.1'] })).toEqual([
      'django.hosts: must hold names alone with nginx.ingress, which does not go by addresses, got 192.0.2.1',
    ]);
    expect(said({ ...INGRESS, ...REAL_IP, redirects: [{ from: ['192.0.2.1'], to: 'shop.example.com' }] })).toEqual([
      'nginx.redirects: must hold names alone with nginx.ingress, which does not go by addresses, got 192.0.2.1',
    ]);
    expect(said({}, { hosts: ['192.0.2.1'] })).toEqual([]);
  });
});

describe('a route of a Gateway', () => {
  test.each([
    [TLS_ROUTE],
    [{ ...TLS_ROUTE, ...PROXY_PROTOCOL }],
    [{ ...TLS_ROUTE, tls: { clientCa: 'clients' } }],
    [{ gateway: { name: 'public', namespace: 'infra', sectionName: 'tls', httpSectionName: 'http' } }],
    [{ ...HTTP_ROUTE, ...REAL_IP }],
    [{ gateway: { ...HTTP_ROUTE.gateway, caConfigMap: 'shop-ca', httpSectionName: 'http' }, ...REAL_IP }],
  ])('is taken: %j', (nginx) => {
    expect(said(nginx)).toEqual([]);
  });

  test.each([
    [{ gateway: {} }, /^nginx\.gateway\.name: is missing: /],
    [{ gateway: { name: 'public', route: 'GRPCRoute' } }, /^nginx\.gateway\.route: must be one of TLSRoute, HTTPRoute, got "GRPCRoute"$/],
    [
      { gateway: { name: 'public', route: 'HTTPRoute' }, ...REAL_IP },
      /^nginx\.gateway\.sectionName: is needed by an HTTPRoute: .* without TLS$/,
    ],
    [
      { gateway: { name: 'public', sectionName: 'http', httpSectionName: 'http' } },
      /^nginx\.gateway\.httpSectionName: must differ from sectionName, got http for both$/,
    ],
    [{ gateway: { name: 'public', caConfigMap: 'ca' } }, /^nginx\.gateway\.caConfigMap: is for HTTPRoute only/],
    [HTTP_ROUTE, /^nginx\.realIp: is needed with nginx\.gateway \(HTTPRoute\), /],
    [{ ...HTTP_ROUTE, ...PROXY_PROTOCOL }, /^nginx\.realIp\.header: must be a header .* got proxy_protocol$/],
    [{ ...HTTP_ROUTE, ...REAL_IP, tls: { clientCa: 'clients' } }, /^nginx\.tls\.clientCa: does not go with nginx\.gateway \(HTTPRoute\)/],
    [
      { ...TLS_ROUTE, ...REAL_IP },
      /^nginx\.realIp\.header: must be proxy_protocol with nginx\.gateway \(TLSRoute\), got X-Forwarded-For: /,
    ],
  ])('is refused: %j', (nginx, sentence) => {
    expect(said(nginx)).toEqual([expect.stringMatching(sentence)]);
  });

  test('takes sixteen names as an HTTPRoute, of which a parent domain is two', () => {
    const hosts = (count: number) => Array.from({ length: count }, (_value, index) => `shop${index}.example.com`);
    const nginx = { ...HTTP_ROUTE, ...REAL_IP };
    expect(said(nginx, { hosts: hosts(16) })).toEqual([]);
    expect(said(nginx, { hosts: [...hosts(14), '.example.org'] })).toEqual([]);
    const refused = [expect.stringMatching(/^nginx\.gateway: does not go with 17 names, of which an HTTPRoute takes 16 at the most/)];
    expect(said(nginx, { hosts: hosts(17) })).toEqual(refused);
    expect(said(nginx, { hosts: [...hosts(15), '.example.org'] })).toEqual(refused);
    expect(said({ ...nginx, redirects: [{ from: ['old.example.com'], to: 'shop0.example.com' }] }, { hosts: hosts(16) })).toEqual(refused);
    expect(said(TLS_ROUTE, { hosts: hosts(17) })).toEqual([]);
    expect(said({ gateway: { name: 'public', httpSectionName: 'http' } }, { hosts: hosts(17) })).toEqual(refused);
  });

  test('that hides clients is warned of', () => {
    expect(warned(TLS_ROUTE)).toEqual([expect.stringMatching(/nginx\.gateway: hides the addresses of clients: .*header: proxy_protocol$/)]);
    expect(warned({ ...TLS_ROUTE, ...PROXY_PROTOCOL })).toEqual([]);
    expect(warned({ ...HTTP_ROUTE, ...REAL_IP })).toEqual([]);
    expect(warned({})).toEqual([]);
  });
});

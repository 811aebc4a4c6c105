/** The settings of Nginx. */
import { NGINX_LOCATIONS } from './nginx-locations';
import { hidesClients, RANGES } from './ranges';
import { DIGEST, resources, type Path, type Table } from './types';

/** Claims of somebody else, which a file may name. */
export const EXISTING_CLAIMS = ['files', 'answers'] as const;

const [FILES, ANSWERS] = EXISTING_CLAIMS;
const page = (name: string) => `example/pages/${name}.html`;

export const NGINX: Table<Extract<Path, `nginx.${string}`>> = {
  'nginx.image': [undefined, `registry.example.com/team/nginx:1.31.0@${DIGEST}`],
  'nginx.drain': [undefined, '3m'],
  'nginx.replicas': [undefined, 1, 3, { min: 2, max: 3 }, { min: 2, max: 4, cpu: 60 }],

  'nginx.service.type': [undefined, 'ClusterIP', 'NodePort', 'LoadBalancer'],
  'nginx.service.http': [undefined, 8080],
  'nginx.service.https': [undefined, 8443],
  'nginx.service.httpNodePort': [undefined, 30980],
  'nginx.service.httpsNodePort': [undefined, 30943],
  'nginx.service.externalTrafficPolicy': [undefined, 'Cluster', 'Local'],
  'nginx.service.loadBalancerClass': [undefined, 'example.com/internal'],
  'nginx.service.loadBalancerSourceRanges': [undefined, RANGES],
  'nginx.service.annotations': [undefined, { 'example.com/load-balancer': 'kind: "internal"' }],
  'nginx.ingress.className': [undefined, 'public'],
  'nginx.ingress.annotations': [undefined, { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' }],
  'nginx.gateway.name': [undefined, 'public'],
  'nginx.gateway.namespace': [undefined, 'gateways'],
  'nginx.gateway.sectionName': [undefined, 'https'],
  'nginx.gateway.httpSectionName': [undefined, 'http'],
  'nginx.gateway.caConfigMap': [undefined, 'authority'],
  'nginx.gateway.route': [undefined, 'TLSRoute', 'HTTPRoute'],
  'nginx.realIp.from': [undefined, ['10.244.0.0/16', '2001:db8:1::/48']],
  'nginx.realIp.header': [undefined, 'X-Forwarded-For', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP', 'proxy_protocol'],

  'nginx.redirects': [undefined, [{ from: ['www.example.net', '.example.edu'], to: 'shop.example.com' }]],
  'nginx.tls.secretName': [undefined, 'cert.example.com'],
  'nginx.tls.issuer.name': [undefined, 'letsencrypt'],
  'nginx.tls.issuer.kind': [undefined, 'Issuer', 'ClusterIssuer'],
  'nginx.tls.issuer.group': [undefined, 'issuers.example.com'],
  'nginx.tls.certificates': [
    undefined,
    ({ django, nginx }) => [{ hosts: [nginx?.redirects ? 'www.example.net' : (django.hosts.at(1) ?? '')], secretName: 'further' }],
  ],
  'nginx.tls.profile': [undefined, 'intermediate', 'modern'],
  'nginx.tls.hsts.maxAge': [undefined, '730d', '1h'],
  'nginx.tls.hsts.includeSubDomains': [undefined, false, true],
  'nginx.tls.hsts.preload': [undefined, false, true],
  'nginx.tls.http2': [undefined, false, true],
  'nginx.tls.clientCa': [undefined, 'client-authorities'],

  'nginx.static.directory': [undefined, 'example/django_app/static'],
  'nginx.static.image.name': [undefined, 'registry.example.com/team/static:2'],
  'nginx.static.image.path': [undefined, '/files'],
  'nginx.static.claim': [undefined, FILES],
  'nginx.static.previous': [undefined, ['example/django_app/assets']],
  'nginx.static.previousImages': [undefined, ['registry.example.com/team/static:1']],
  'nginx.static.size': [undefined, '128Mi', 200_000_000],
  'nginx.static.url': [undefined, '/assets/v1/'],
  'nginx.static.maxAge': [undefined, '7d'],

  'nginx.balance.method': [undefined, 'round_robin', 'least_conn', 'ip_hash', 'hash', 'random', 'sticky', 'least_time'],
  'nginx.balance.key': [undefined, 'address', 'cookie:customer'],
  'nginx.balance.cookie': [undefined, 'pod'],
  'nginx.balance.weight': [undefined, 10],
  'nginx.balance.servers': [
    undefined,
    ({ nginx }) => [
      { address: '203.0.113.20', port: 8000 },
      { address: '203.0.113.21', port: 8001, weight: 2, backup: false },
      { address: '203.0.113.22', port: 8000, backup: !['hash', 'ip_hash', 'random'].includes(nginx?.balance?.method ?? '') },
    ],
  ],
  'nginx.balance.maxFails': [undefined, 0, 5],
  'nginx.balance.failTimeout': [undefined, '30s'],
  'nginx.balance.keepalive': [undefined, 0, 64],

  'nginx.cacheStore.storage': [undefined, 'memory', 'disk'],
  'nginx.cacheStore.size': [undefined, '32Mi', 48_000_000],
  'nginx.cacheStore.claim': [undefined, ANSWERS],
  'nginx.cacheStore.inactive': [undefined, '1h'],
  'nginx.cache.valid': [undefined, { '200': '5m', '404': '30s', any: '10s' }],
  'nginx.cache.key': [undefined, ['host', 'path', 'argument:page', 'header:Accept-Language']],
  'nginx.cache.methods': [undefined, ['GET'], ['GET', 'HEAD']],
  'nginx.cache.bypass': [undefined, [], ['cookie:__Host-sessionid', 'argument:fresh']],
  'nginx.cache.minUses': [undefined, 3],
  'nginx.cache.stale': [undefined, false, true],
  'nginx.cache.lock': [undefined, '20s'],

  'nginx.limits.requests.rate': [undefined, '10/s', '30/m'],
  'nginx.limits.requests.burst': [undefined, 0, 100],
  'nginx.limits.requests.per': [undefined, (above) => (hidesClients(above) ? 'host' : 'address'), 'header:Authorization'],
  'nginx.limits.connections.count': [undefined, 50],
  'nginx.limits.connections.per': [undefined, 'cookie:customer'],
  'nginx.limits.dryRun': [undefined, false, true],
  'nginx.requestLimits.headers': [undefined, 50],
  'nginx.requestLimits.headerSize': [undefined, '8k', '16k', '32k', '64k'],

  'nginx.access.allow': [undefined, (above) => (hidesClients(above) ? ['127.0.0.0/8', '::1/128'] : RANGES)],
  'nginx.access.deny': [undefined, (above) => (hidesClients(above) ? ['127.0.0.2/32'] : ['203.0.113.66/32'])],
  'nginx.access.basicAuth.realm': [undefined, 'Staff only'],
  'nginx.access.basicAuth.secretName': [undefined, 'staff'],
  'nginx.access.clientCertificate': [undefined, false, true],
  'nginx.access.satisfy': [undefined, 'all', 'any'],

  'nginx.locations': NGINX_LOCATIONS,
  'nginx.uploadLimit': [undefined, '50Mi', 30_000_000],
  'nginx.timeouts.connect': [undefined, '5s'],
  'nginx.timeouts.response': [undefined, '3m'],
  'nginx.timeouts.header': [undefined, '10s'],
  'nginx.timeouts.body': [undefined, '1m'],

  'nginx.errorPages.404': [undefined, page('404')],
  'nginx.errorPages.413': [undefined, page('413')],
  'nginx.errorPages.429': [undefined, page('429')],
  'nginx.errorPages.50x': [undefined, page('50x')],
  'nginx.maintenance.allow': [undefined, (above) => (hidesClients(above) ? ['127.0.0.0/8'] : RANGES)],
  'nginx.maintenance.page': [undefined, page('maintenance')],
  'nginx.securityHeaders': [undefined, false, true],
  'nginx.log.staticSample': [undefined, 0, 5],

  'nginx.metrics.image': [undefined, 'registry.example.com/team/exporter:1'],
  'nginx.metrics.namespace': [undefined, 'observability'],
  'nginx.metrics.serviceMonitor': [undefined, false, {}, { labels: { release: 'prometheus' }, interval: '1m' }],
  ...resources('nginx.metrics'),
  ...resources('nginx'),
};

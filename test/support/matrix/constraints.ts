/** Which values of settings do not stand in one file: what the rules of the configuration refuse, once more and by other means. */
import { FACTORS, type Path } from './factors';
import { GROUPS, type Group } from './groups';
import { given, is, missing, needs, needsOneOf, never, not, notBoth, type Constraint, type Test } from './terms';

export const PATHS = Object.keys(FACTORS) as Path[];

const below = (group: string) => PATHS.filter((setting) => setting.startsWith(`${group}.`));

/** A file has all that a group requires, or nothing of the group. */
const wholeOrNot = ({ path, required }: Group): Constraint[] =>
  required.flatMap((one) => below(path).flatMap((other) => (other === one ? [] : [needs(other, one)])));

const alone = (group: string, ...apart: readonly string[]) =>
  below(group).filter((path) => !apart.some((one) => path.startsWith(`${group}.${one}`)));

const SOURCES = ['directory', 'image.name', 'claim'].map((name) => [`nginx.static.${name}` as Path, given] as const);
const LIMITS = ['requests.rate', 'connections.count'].map((name) => [`nginx.limits.${name}` as Path, given] as const);
const PASSWORD = (['nginx.access.basicAuth.realm', 'nginx.access.basicAuth.secretName'] as const).map((path) => [path, given] as const);
const ACCESS = [
  ['nginx.access.allow', given],
  ['nginx.access.deny', given],
  ...PASSWORD,
  ['nginx.access.clientCertificate', is(true)],
] as const;

/** With one pod alone. */
const single = is(1);
const tlsRoute: Test = is(undefined, 'TLSRoute');

const [, WITH_DEVICES] = FACTORS['gunicorn.groups'];

const MEDIA: readonly Constraint[] = [
  // Each names another node by the same label.
  never(['django.media.accessMode', is('ReadWriteOnce')], ['gunicorn.nodeSelector', given], ['gunicorn.groups', is(WITH_DEVICES)]),
  never(['django.media.accessMode', is('ReadWriteOnce')], ['gunicorn.replicas', not(single)]),
  never(['django.media.accessMode', is('ReadWriteOnce')], ['nginx.replicas', not(single)]),
];

const BACKUP: readonly Constraint[] = [never(['postgres.version', is(14, 15)], ['backup.compression', is('lz4', 'zstd')])];

const LOCALE: readonly Constraint[] = [
  never(['postgres.version', is(14)], ['postgres.locale.provider', is('icu')]),
  never(['postgres.version', is(14, 15, 16)], ['postgres.locale.provider', is('builtin')]),
];

/** What somebody else decides on, where somebody else runs the server. */
const ELSEWHERE = {
  external: ['storage', 'storageClass', 'slowStatements', 'parameters', 'locale', 'tls', 'drain', 'resources'],
  'cloudnative-pg': ['tls', 'drain'],
};

const KIND: readonly Constraint[] = [
  needs('postgres.external.host', 'postgres.kind', is('external')),
  ...below('postgres.cloudNativePg').map((path) => needs(path, 'postgres.kind', is('cloudnative-pg'))),
  needs('postgres.cloudNativePg.recovery.from', 'postgres.cloudNativePg.archive.bucket'),
  needsOneOf('postgres.kind', is('external'), [['postgres.external.host', given]]),
  needsOneOf('postgres.kind', is('external'), [['drill.storage', given]]),
  needsOneOf('postgres.kind', not(is('external')), [['postgres.storage', given]]),
  needsOneOf('postgres.external.host', is('db.example.com'), [['postgres.external.addresses', given]]),
  ...Object.entries(ELSEWHERE).flatMap(([kind, names]) =>
    names
      .flatMap((name) => PATHS.filter((path) => path === `postgres.${name}` || path.startsWith(`postgres.${name}.`)))
      .map((path) => needs(path, 'postgres.kind', not(is(kind)))),
  ),
];

const DATABASE_TLS = never(['postgres.tls.issuer.name', given], ['postgres.tls.enabled', is(false)]);

const INTERFACE: readonly Constraint[] = [
  never(['django.interface', is('asgi')], ['gunicorn.threads', given]),
  needs('gunicorn.pool', 'django.interface', is('asgi')),
];

const DESTINATION = notBoth('argocd.destination.server', 'argocd.destination.name');

const SERVICE: readonly Constraint[] = [
  ...(['httpNodePort', 'httpsNodePort', 'externalTrafficPolicy'] as const).map((name) =>
    needs(`nginx.service.${name}`, 'nginx.service.type', is('NodePort', 'LoadBalancer')),
  ),
  ...(['loadBalancerClass', 'loadBalancerSourceRanges'] as const).map((name) =>
    needs(`nginx.service.${name}`, 'nginx.service.type', is('LoadBalancer')),
  ),
];

const IN_FRONT: readonly Constraint[] = [
  notBoth('nginx.ingress.className', 'nginx.gateway.name'),
  needs('nginx.ingress.className', 'nginx.realIp.from'),
  never(['nginx.ingress.className', given], ['nginx.realIp.header', is('proxy_protocol')]),
  never(['nginx.gateway.route', is('HTTPRoute')], ['nginx.realIp.from', missing]),
  never(['nginx.gateway.route', is('HTTPRoute')], ['nginx.realIp.header', is('proxy_protocol')]),
  never(['nginx.gateway.route', is('HTTPRoute')], ['nginx.gateway.sectionName', missing]),
  needs('nginx.gateway.caConfigMap', 'nginx.gateway.route', is('HTTPRoute')),
  never(
    ['nginx.gateway.name', given],
    ['nginx.gateway.route', tlsRoute],
    ['nginx.realIp.from', given],
    ['nginx.realIp.header', not(is('proxy_protocol'))],
  ),
  notBoth('nginx.ingress.className', 'nginx.tls.clientCa'),
  never(['nginx.gateway.route', is('HTTPRoute')], ['nginx.tls.clientCa', given]),
];

const TLS: readonly Constraint[] = [
  notBoth('nginx.tls.secretName', 'nginx.tls.issuer.name'),
  never(['nginx.tls.hsts.preload', is(true)], ['nginx.tls.hsts.includeSubDomains', not(is(true))]),
  never(['nginx.tls.hsts.preload', is(true)], ['nginx.tls.hsts.maxAge', is('1h')]),
  // A certificate is for the second of the hosts, or for an old name.
  never(['nginx.tls.certificates', given], ['django.hosts', is(FACTORS['django.hosts'][0])], ['nginx.redirects', missing]),
];

const STATIC: readonly Constraint[] = [
  notBoth('nginx.static.directory', 'nginx.static.image.name'),
  notBoth('nginx.static.directory', 'nginx.static.claim'),
  notBoth('nginx.static.image.name', 'nginx.static.claim'),
  needs('nginx.static.previous', 'nginx.static.directory'),
  needs('nginx.static.previousImages', 'nginx.static.image.name'),
  ...alone('nginx.static', 'directory', 'image', 'claim').map((path) => needsOneOf(path, given, SOURCES)),
];

const BALANCE: readonly Constraint[] = [
  never(['nginx.balance.method', is('hash')], ['nginx.balance.key', missing]),
  needs('nginx.balance.key', 'nginx.balance.method', is('hash')),
  needs('nginx.balance.cookie', 'nginx.balance.method', is('sticky')),
  never(['nginx.balance.method', is('least_time')], ['nginx.image', missing]),
];

const [, , , WITH_CACHE] = FACTORS['nginx.locations'];

const CACHE: readonly Constraint[] = [
  needs('nginx.cacheStore.claim', 'nginx.cacheStore.storage', is('disk')),
  // Three processes have no room beside kept answers in the memory that the container has by default.
  ...(['nginx.cache.valid', 'nginx.locations'] as const).map((path) =>
    never(
      [path, path === 'nginx.locations' ? is(WITH_CACHE) : given],
      ['nginx.cacheStore.storage', not(is('disk'))],
      ['nginx.resources.limits.cpu', given],
      ['nginx.resources.limits.memory', missing],
    ),
  ),
];

/** What goes by the address of the client is refused where Nginx sees another one; limits only where that is known. */
const byAddress = (tests: readonly (readonly [Path, Test])[], hiding: Test): Constraint => ({
  paths: [
    'nginx.realIp.from',
    'nginx.ingress.className',
    'nginx.gateway.name',
    'nginx.service.type',
    'nginx.service.externalTrafficPolicy',
    ...tests.map(([path]) => path),
  ],
  fit: (realIp, ingress, gateway, type, policy, ...values) => {
    const inFront = given(ingress) || given(gateway);
    const hidden =
      inFront || hiding(type) || (type === 'NodePort' && policy !== 'Local') || (type === 'LoadBalancer' && policy === 'Cluster');
    return given(realIp) || !hidden || !tests.every(([, test], index) => test(values[index]));
  },
});

const BY_ADDRESS: readonly Constraint[] = [
  byAddress([['nginx.balance.method', is('ip_hash')]], is(undefined, 'ClusterIP')),
  byAddress([['nginx.balance.key', is('address')]], is(undefined, 'ClusterIP')),
  byAddress(
    [
      ['nginx.limits.requests.rate', given],
      ['nginx.limits.requests.per', missing],
    ],
    is(),
  ),
  byAddress(
    [
      ['nginx.limits.connections.count', given],
      ['nginx.limits.connections.per', missing],
    ],
    is(),
  ),
];

const LIMITED: readonly Constraint[] = [
  needsOneOf('nginx.limits.dryRun', given, LIMITS),
  needsOneOf('nginx.errorPages.429', given, [...LIMITS, ['nginx.locations', is(WITH_CACHE)]]),
  needsOneOf('nginx.errorPages.404', given, [...SOURCES, ['django.media.storage', given]]),
];

const WHO: readonly Constraint[] = [
  needsOneOf('nginx.access.satisfy', given, ACCESS),
  needsOneOf('nginx.access.clientCertificate', is(false), ACCESS),
  never(['nginx.access.clientCertificate', is(true)], ['nginx.tls.clientCa', missing]),
  never(['nginx.access.satisfy', is('any')], ['nginx.access.allow', missing]),
  needsOneOf('nginx.access.satisfy', is('any'), PASSWORD),
];

export const CONSTRAINTS: readonly Constraint[] = [
  ...GROUPS.flatMap(wholeOrNot),
  ...MEDIA,
  ...BACKUP,
  ...LOCALE,
  ...KIND,
  DATABASE_TLS,
  ...INTERFACE,
  DESTINATION,
  ...SERVICE,
  ...IN_FRONT,
  ...TLS,
  ...STATIC,
  ...BALANCE,
  ...CACHE,
  ...BY_ADDRESS,
  ...LIMITED,
  ...WHO,
];

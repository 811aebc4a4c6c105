/** Lists of locations, in which every setting of one occurs. */
import { hidesClients, RANGES } from './ranges';
import type { Input, Table } from './types';

type Locations = NonNullable<NonNullable<Input['nginx']>['locations']>;

const whole: Locations = [
  { path: '/', match: 'prefix', cache: false, limits: false, access: false },
  { path: '/healthy', match: 'exact', access: { clientCertificate: false, basicAuth: {} } },
];

/** Of a project that talks ASGI, with websockets. */
const streams = ({ django, nginx }: Input): Locations => [
  { path: '/events/', cache: false, buffering: false, requestBuffering: true, timeout: '1h' },
  { path: '/import', cache: false, requestBuffering: false, uploadLimit: '2Gi', retry: false },
  { path: '/ws/', cache: false, websocket: django.interface === 'asgi' },
  { path: '/export', access: { clientCertificate: nginx?.tls?.clientCa !== undefined, basicAuth: { realm: 'Exporters' } } },
];

const catalogue = (above: Input): Locations => [
  {
    path: '/catalogue/',
    buffering: true,
    retry: true,
    websocket: false,
    uploadLimit: 1_000_000,
    cache: {
      valid: { '200': '10m' },
      key: ['host', 'uri', 'cookie:currency'],
      methods: ['GET', 'HEAD'],
      bypass: ['cookie:sessionid'],
      minUses: 2,
      stale: false,
      lock: '10s',
    },
    limits: {
      requests: { rate: '5/s', burst: 10, per: hidesClients(above) ? 'path' : 'address' },
      connections: { count: 8, per: 'cookie:customer' },
      dryRun: false,
    },
  },
  {
    path: '/catalogue/prices',
    cache: { valid: { any: '1m' }, stale: true },
    limits: { connections: { count: 4, per: 'host' }, dryRun: true },
  },
  {
    path: '/admin/',
    limits: { requests: { rate: '20/m', per: 'header:X-Team' } },
    access: {
      allow: hidesClients(above) ? ['127.0.0.0/8'] : RANGES,
      deny: ['127.0.0.3/32'],
      basicAuth: { realm: 'The team', secretName: 'admins' },
      satisfy: 'any',
    },
  },
  { path: '/admin/help/', access: { basicAuth: {}, satisfy: 'all' }, cache: { valid: { '200': '1m' } } },
  // Limits for each address, where Nginx sees it.
  ...(hidesClients(above) ? [] : [{ path: '/search', limits: { requests: { rate: '1/s' }, connections: { count: 2 } } }]),
];

export const NGINX_LOCATIONS: Table<'nginx.locations'>['nginx.locations'] = [undefined, whole, streams, catalogue];

import { stringify } from 'yaml';
import { parseEnvironment } from '../../../config/load';
import { merge } from '../../../constructs/finish';
import { problems, ROOT, SMALLEST } from '../../support/stack';

/** Nginx sees the addresses of clients. */
const SEEN = { service: { type: 'LoadBalancer' } };
const text = (nginx: object) => stringify(merge(SMALLEST, { nginx }));
const said = (balance: object, more: object = SEEN) => problems(text({ ...more, balance })).map((line) => line.replace(/^\S+ /, ''));
const OUTSIDE = { address: '203.0.113.50', port: 80 };
const NEWER = 'docker.io/nginxinc/nginx-unprivileged:1.31.0';

test.each([
  {},
  { method: 'round_robin', weight: 1000, servers: [{ ...OUTSIDE, weight: 1000, backup: true }] },
  { method: 'least_conn', servers: [OUTSIDE, { ...OUTSIDE, port: 81 }] },
  { method: 'ip_hash' },
  { method: 'hash', key: 'argument:model' },
  { method: 'hash', key: 'header:X-Tenant' },
  { method: 'random', servers: [OUTSIDE] },
  { method: 'sticky', cookie: 'shop-pod', servers: [{ ...OUTSIDE, backup: true }] },
  { maxFails: 0, failTimeout: '10m', keepalive: 0 },
])('is taken: %j', (balance) => {
  expect(said(balance)).toEqual([]);
});

test.each([
  [{ method: 'best' }, 'method: must be one of round_robin, least_conn, ip_hash, hash, random, sticky, least_time, got "best"'],
  [{ method: 'hash' }, 'key: is needed by the method hash'],
  [{ method: 'random', key: 'uri' }, 'key: is for the method hash only, got random'],
  [{ cookie: 'route' }, 'cookie: is for the method sticky only, got least_conn'],
  [{ method: 'hash', key: 'body' }, 'key: must be address, host, uri, path, or cookie:NAME, header:NAME or argument:NAME, got "body"'],
  [{ method: 'hash', key: 'cookie:a b' }, 'key: must be address, '],
  [{ method: 'hash', key: 'argument:a-b' }, 'key: must be address, '],
  [{ method: 'hash', key: 'header:X;' }, 'key: must be address, '],
  [{ method: 'hash', key: 'uri$request_body' }, 'key: must be address, '],
  [{ method: 'sticky', cookie: 'a;b' }, 'cookie: must be the name of a cookie, such as route'],
  [{ weight: 0 }, 'weight: must be a whole number from 1 to 1000'],
  [{ keepalive: -1 }, 'keepalive: must be a whole number from 0 to 1000'],
  [{ failTimeout: '11m' }, 'failTimeout: must be a duration from 1s to 10m'],
  [
    { servers: [{ ...OUTSIDE, address: 'old.example.com' }] },
    'servers[0].address: must be an IPv4 address of another host, got "old.example.com"',
  ],
  [{ servers: [{ ...OUTSIDE, address: '127.0.0.1' }] }, 'servers[0].address: must be an IPv4 address of another host'],
  [{ servers: [{ ...OUTSIDE, address: '0.0.0.0' }] }, 'servers[0].address: must be an IPv4 address of another host'],
  [{ servers: [{ ...OUTSIDE, address: '2001:db8::1' }] }, 'servers[0].address: must be an IPv4 address of another host'],
  [{ servers: [{ ...OUTSIDE, port: 0 }] }, 'servers[0].port: must be a whole number from 1 to 65535'],
  [
    { servers: [OUTSIDE, { ...OUTSIDE, weight: 2 }] },
    'servers[1]: stands here twice (203.0.113.50:80): give one of them the weight of both',
  ],
  [
    { method: 'random', servers: [{ ...OUTSIDE, backup: true }] },
    'servers[0].backup: does not go with the method random: take least_conn, round_robin or sticky',
  ],
  [
    { method: 'ip_hash', servers: [{ ...OUTSIDE, backup: true }] },
    'servers[0].backup: does not go with the method ip_hash: take least_conn',
  ],
])('is refused with what to do: %j', (balance, sentence) => {
  expect(said(balance)).toEqual([expect.stringContaining(`nginx.balance.${sentence}`)]);
});

describe('least_time', () => {
  test('is refused with the version that has it', () => {
    expect(said({ method: 'least_time' })).toEqual([
      'nginx.balance.method: must not be least_time, which Nginx has from 1.31.0 on, with docker.io/nginxinc/nginx-unprivileged:1.30.4: take least_conn',
    ]);
  });

  test('is taken with such a version, or one that cannot be seen', () => {
    for (const image of [NEWER, 'registry.example.com/front:team-7']) expect(said({ method: 'least_time' }, { image })).toEqual([]);
  });
});

describe('what goes by the address of the client', () => {
  const GATEWAY = { name: 'public', sectionName: 'tls' };
  const KINDS = [
    [{ method: 'ip_hash' }, 'method', 'ip_hash'],
    [{ method: 'hash', key: 'address' }, 'key', 'address'],
  ] as const;

  test.each([
    [{}, 'behind a ClusterIP all requests come from what stands in front of it'],
    [{ service: { type: 'NodePort' } }, 'behind a NodePort with externalTrafficPolicy Cluster requests come from the addresses of nodes'],
    [
      { service: { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' } },
      'behind a LoadBalancer with externalTrafficPolicy Cluster requests come from the addresses of nodes',
    ],
    [{ ingress: { className: 'public' } }, 'behind an Ingress all requests come from its controller'],
    [{ gateway: GATEWAY }, 'behind a Gateway all requests come from it'],
    [{ gateway: { ...GATEWAY, route: 'HTTPRoute' } }, 'behind a Gateway all requests come from it'],
  ])('is refused with the reason where an address is translated: %j', (more, reason) => {
    for (const [balance, setting, value] of KINDS) {
      const lines = said(balance, more).filter((line) => line.startsWith('nginx.balance'));
      expect(lines).toEqual([
        expect.stringContaining(`nginx.balance.${setting}: must not go by the address of the client, got ${value}; ${reason}`),
      ]);
    }
  });

  test('is taken where it is not, or where the load balancer is named', () => {
    for (const [balance] of KINDS) {
      expect(said(balance, SEEN)).toEqual([]);
      expect(said(balance, { service: { type: 'NodePort', externalTrafficPolicy: 'Local' } })).toEqual([]);
      expect(said(balance, { realIp: { from: ['10.0.0.0/8'] } })).toEqual([]);
    }
  });

  test('other keys are taken anywhere', () => {
    expect(said({ method: 'hash', key: 'cookie:user' }, {})).toEqual([]);
  });
});

test('ip_hash with several pods of Nginx is said to surprise, and with one is not', () => {
  const warnings = (replicas: number, method: string) =>
    parseEnvironment(ROOT, 'environments/test.yaml', text({ ...SEEN, replicas, balance: { method } }), [])?.warnings.filter((line) =>
      line.includes('nginx.balance'),
    );
  expect(warnings(2, 'ip_hash')).toEqual([
    expect.stringMatching(/nginx\.balance\.method: is ip_hash, .* 2 pods .*take sticky, or hash with the key address$/),
  ]);
  expect(warnings(1, 'ip_hash')).toEqual([]);
  expect(warnings(2, 'sticky')).toEqual([]);
});

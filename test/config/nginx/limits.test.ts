import { stringify } from 'yaml';
import { parseEnvironment } from '../../../config/load';
import { merge } from '../../../constructs/finish';
import { problems, ROOT, SMALLEST } from '../../support/stack';

const text = (nginx: object) => stringify(merge(SMALLEST, { nginx }));
const said = (nginx: object) => problems(text(nginx)).map((line) => line.replace(/^\S+ /, ''));
const warned = (nginx: object) =>
  parseEnvironment(ROOT, 'environments/test.yaml', text(nginx), [])
    ?.warnings.map((line) => line.replace(/^\S+ /, ''))
    .filter((line) => line.includes('limits'));

const LIMITS = { requests: { rate: '10/s' } };
const ofLimits = (limits: object) => said({ limits });

test.each([
  { requests: { rate: '1/m' } },
  { requests: { rate: '999999/s', burst: 100_000 } },
  { requests: { rate: '30/m', burst: 0, per: 'header:X-Api-Key' } },
  { connections: { count: 65_535, per: 'cookie:sessionid' } },
  { ...LIMITS, connections: { count: 1 }, dryRun: true },
])('limits are taken: %j', (limits) => {
  expect(ofLimits(limits)).toEqual([]);
});

test.each([
  [{}, 'nginx.limits: must be a limit of requests, of connections, or both'],
  [{ dryRun: true }, 'nginx.limits: must be a limit of requests, of connections, or both'],
  [{ requests: { rate: 10 } }, 'nginx.limits.requests.rate: must be requests per second or minute, such as 10/s or 30/m, got 10'],
  [{ requests: { rate: '0/s' } }, 'nginx.limits.requests.rate: must be requests per second or minute, such as 10/s or 30/m, got "0/s"'],
  [{ requests: { rate: '10/h' } }, 'nginx.limits.requests.rate: must be requests per second or minute, such as 10/s or 30/m, got "10/h"'],
  [{ requests: { rate: '10/s', burst: -1 } }, 'nginx.limits.requests.burst: must be a whole number from 0 to 100000, got -1'],
  [{ connections: { count: 0 } }, 'nginx.limits.connections.count: must be a whole number from 1 to 65535, got 0'],
  [
    { requests: { rate: '1/s', per: 'cookie:a;b' } },
    'nginx.limits.requests.per: must be address, host, uri, path, or cookie:NAME, header:NAME or argument:NAME, got "cookie:a;b"',
  ],
])('limits are refused: %j', (limits, line) => {
  expect(ofLimits(limits)).toEqual([line]);
});

test.each([
  [{ headers: 9 }, 'nginx.requestLimits.headers: must be a whole number from 10 to 1000, got 9'],
  [{ headerSize: '12k' }, 'nginx.requestLimits.headerSize: must be one of 8k, 16k, 32k, 64k, got "12k"'],
])('limits of one request are refused: %j', (requestLimits, line) => {
  expect(said({ requestLimits })).toEqual([line]);
});

describe('by the address of the client', () => {
  const node =
    'behind a NodePort with externalTrafficPolicy Cluster requests come from the addresses of nodes: set nginx.service.externalTrafficPolicy: Local, or nginx.realIp';
  const refused = (setting: string) =>
    `${setting}: must not go by the address of the client, got address; ${node}, or limit per another part`;

  test('are refused where Nginx does not see it, at the setting that says so', () => {
    const service = { type: 'NodePort' };
    expect(said({ service, limits: LIMITS })).toEqual([refused('nginx.limits.requests.per')]);
    expect(said({ service, locations: [{ path: '/a/' }, { path: '/b/', limits: { connections: { count: 1 } } }] })).toEqual([
      refused('nginx.locations[1].limits.connections.per'),
    ]);
  });

  test.each([
    { service: { type: 'NodePort', externalTrafficPolicy: 'Local' } },
    { service: { type: 'LoadBalancer' } },
    { service: { type: 'NodePort' }, realIp: { from: ['10.0.0.0/8'] } },
  ])('are taken where it does: %j', (nginx) => {
    expect(said({ ...nginx, limits: LIMITS })).toEqual([]);
    expect(warned({ ...nginx, limits: LIMITS })).toEqual([]);
  });

  test('are taken by another part', () => {
    expect(said({ service: { type: 'NodePort' }, limits: { requests: { rate: '1/s', per: 'header:X-Api-Key' } } })).toEqual([]);
  });

  test('are taken with a warning where nobody knows what stands in front', () => {
    expect(said({ limits: LIMITS })).toEqual([]);
    expect(warned({ limits: LIMITS })).toEqual([
      'nginx.limits.requests.per: goes by the address of the client; behind a ClusterIP all requests come from what stands in front of it: ' +
        'name its addresses under nginx.realIp, or all visitors share one limit',
    ]);
    expect(warned({})).toEqual([]);
  });
});

describe('the body of a request', () => {
  const location = (more: object) => said({ locations: [{ path: '/films/', uploadLimit: '600Mi', ...more }] });

  test('fits twice onto the disk of the pod, where it waits', () => {
    expect(location({})).toEqual([
      'nginx.locations[0].uploadLimit: must be at most half of nginx.resources.limits.ephemeral-storage (1Gi), where uploads wait until they ' +
        'are complete, got 600Mi; or set requestBuffering: false here',
    ]);
  });

  test('may be larger where it does not wait', () => {
    expect(location({ requestBuffering: false })).toEqual([]);
    expect(location({ uploadLimit: '512Mi' })).toEqual([]);
  });
});

import { render } from '../../support/stack';
import { block, http, server, values, type Directive } from '../nginx-tree';

const SEEN = { service: { type: 'LoadBalancer' } };
const conf = (nginx: object) => http(render({ nginx: { ...SEEN, ...nginx } }));
const at = (body: readonly Directive[], path: string) => block(server(body, '8443 ssl'), 'location', path);
const named = (body: readonly Directive[], pattern: RegExp) =>
  body.filter(({ name }) => pattern.test(name)).map(({ name, args }) => [name, ...args].join(' '));
const lines = (limits: object) => named(at(conf({ limits }), '/'), /limit_|^set$/);
const zones = (nginx: object) => named(conf(nginx), /_zone$/);

describe('without limits', () => {
  test('there is no word of them', () => {
    expect(named(conf({}), /limit_(?:req|conn)/)).toEqual([]);
    expect(lines({ requests: { rate: '1/s' } })).not.toEqual([]);
    expect(named(at(conf({}), '/'), /limit_|^set$/)).toEqual([]);
    expect(values(at(conf({}), '/'), 'add_header').join()).not.toContain('Retry-After');
    expect(values(conf({}), 'log_format').join()).not.toContain('limited');
  });
});

describe('a limit', () => {
  test.each([
    [{ requests: { rate: '10/s' } }, ['limit_req zone=requests_10rs_address burst=20 nodelay', 'set $retry_in 1']],
    [{ requests: { rate: '30/m', burst: 0 } }, ['limit_req zone=requests_30rm_address', 'set $retry_in 2']],
    [{ requests: { rate: '7/m', burst: 3, per: 'uri' } }, ['limit_req zone=requests_7rm_uri burst=3 nodelay', 'set $retry_in 9']],
    [{ connections: { count: 20 } }, ['limit_conn connections_20_address 20', 'set $retry_in 1']],
    [
      { requests: { rate: '1/m' }, connections: { count: 2, per: 'cookie:sessionid' } },
      ['limit_req zone=requests_1rm_address burst=20 nodelay', 'limit_conn connections_2_cookie_sessionid 2', 'set $retry_in 60'],
    ],
    [
      { requests: { rate: '1/s', burst: 1 }, connections: { count: 2 }, dryRun: true },
      [
        'limit_req zone=requests_1rs_address burst=1 nodelay',
        'limit_req_dry_run on',
        'limit_conn connections_2_address 2',
        'limit_conn_dry_run on',
      ],
    ],
  ])('is written as nginx counts: %j', (limits, directives) => {
    expect(lines(limits)).toEqual(directives);
  });

  test.each([
    ['10/s', 'rate=10r/s'],
    ['600/m', 'rate=10r/s'],
    ['90/m', 'rate=90r/m'],
  ])('of %s is %s', (rate, written) => {
    expect(zones({ limits: { requests: { rate } } })).toEqual([expect.stringMatching(`${written}$`)]);
  });

  test('has a zone, which it shares with those that are alike', () => {
    const requests = { rate: '10/s' };
    const nginx = {
      limits: { requests, connections: { count: 20 } },
      locations: [
        { path: '/a/', limits: { requests: { ...requests, burst: 5 } } },
        { path: '/b/', limits: { requests: { rate: '600/m', per: 'address' }, connections: { count: 5 } } },
        { path: '/c/', limits: { requests: { rate: '10/s', per: 'header:X-Api-Key' } } },
        { path: '/d/', limits: { requests: { rate: '10/s', per: 'header:x-api-key' } } },
        { path: '/e/', limits: false },
      ],
    };
    expect(zones(nginx).sort()).toEqual([
      'limit_conn_zone $binary_remote_addr zone=connections_20_address:10m',
      'limit_conn_zone $binary_remote_addr zone=connections_5_address:10m',
      'limit_req_zone $binary_remote_addr zone=requests_10rs_address:10m rate=10r/s',
      'limit_req_zone $limit_key_1 zone=requests_10rs_header_x_api_key:10m rate=10r/s',
    ]);
    expect(named(at(conf(nginx), '/e/'), /limit_/)).toEqual([]);
  });

  test('by what a request may lack goes by the address instead', () => {
    const body = conf({
      limits: { requests: { rate: '1/s', per: 'cookie:sessionid' }, connections: { count: 1, per: 'cookie:sessionid' } },
    });
    const fallback = block(body, 'map', '$cookie_sessionid', '$limit_key_1');
    expect(fallback.map(({ name, args }) => [name, ...args])).toEqual([
      ['', '$binary_remote_addr'],
      ['default', '$cookie_sessionid'],
    ]);
    for (const zone of ['limit_req_zone', 'limit_conn_zone']) expect(values(body, zone)[0]).toMatch(/^\$limit_key_1 /);
  });

  test('that is reached is answered with 429, and with the time to wait unless nothing is refused', () => {
    const body = conf({ limits: { requests: { rate: '1/s' }, connections: { count: 1 } } });
    expect([...values(body, 'limit_req_status'), ...values(body, 'limit_conn_status')]).toEqual(['429', '429']);
    expect(values(at(body, '/'), 'add_header')).toContain('Retry-After $retry_after always');
    const dry = conf({ limits: { requests: { rate: '1/s' }, dryRun: true } });
    expect(values(at(dry, '/'), 'add_header').join()).not.toContain('Retry-After');
    expect(dry.some(({ name, args }) => name === 'map' && args[1] === '$retry_after')).toBe(false);
  });

  test('is logged by the access log alone', () => {
    const body = conf({ limits: { requests: { rate: '1/s' } } });
    expect(values(body, 'limit_req_log_level')).toEqual(['notice']);
    expect(values(body, 'log_format').join()).toContain('"limited":"$limit_req_status"');
    expect(values(body, 'log_format').join()).not.toContain('limit_conn_status');
    const both = conf({ limits: { requests: { rate: '1/s' }, connections: { count: 1 } } });
    expect(values(both, 'log_format').join()).toContain('"limited_connections":"$limit_conn_status"');
  });
});

describe('one request', () => {
  test('has no more fields, and no longer ones, than the file says', () => {
    expect(values(conf({}), 'max_headers')).toEqual(['100']);
    expect(values(conf({}), 'large_client_header_buffers')).toEqual([]);
    const body = conf({ requestLimits: { headers: 50, headerSize: '32k' } });
    expect([...values(body, 'max_headers'), ...values(body, 'large_client_header_buffers')]).toEqual(['50', '4 32k']);
  });

  test('is as large as its location allows, which is said only where it differs from the site', () => {
    const locations = [
      { path: '/a/', uploadLimit: '64Mi' },
      { path: '/b/', uploadLimit: '20Mi' },
    ];
    const body = conf({ locations });
    const sizes = ['/a/', '/b/', '/'].map((path) => values(at(body, path), 'client_max_body_size'));
    expect(sizes).toEqual([[`${64 * 1024 ** 2}`], [], []]);
  });
});

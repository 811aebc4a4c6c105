import { podSpec } from '../../support/pods';
import { render } from '../../support/stack';
import { DRAIN, LAST_BREATH } from '../../../constructs/timing';
import { block, confText, http, parse, server, values } from '../nginx-tree';

const ASGI = { django: { interface: 'asgi' } };
const rendered = (locations: object[], more: object = {}) => render({ ...ASGI, nginx: { locations, ...more } });
const conf = (...locations: object[]) => http(rendered(locations));
const at = (location: { path: string; [setting: string]: unknown }) => block(server(conf(location), '8443 ssl'), 'location', location.path);
const headers = (location: { path: string }) => values(at(location), 'proxy_set_header');

describe('a websocket', () => {
  test('is passed on where the file says so, and any other protocol is not', () => {
    expect(headers({ path: '/ws/', websocket: true } as { path: string })).toEqual(
      expect.arrayContaining(['Upgrade $upgrade', 'Connection $connection_upgrade']),
    );
    const body = conf({ path: '/ws/', websocket: true });
    expect(block(body, 'map', '$http_upgrade $upgrade')).toMatchObject([
      { name: 'websocket', args: ['websocket'] },
      { name: 'default', args: [''] },
    ]);
    expect(block(body, 'map', '$http_upgrade $connection_upgrade')).toMatchObject([
      { name: 'websocket', args: ['upgrade'] },
      { name: 'default', args: [''] },
    ]);
  });

  test('is nowhere else, and nothing is said of it where there is none', () => {
    const body = server(conf({ path: '/ws/', websocket: true }), '8443 ssl');
    expect(values(block(body, 'location', '/'), 'proxy_set_header')).toContain('Connection ');
    expect(JSON.stringify(conf({ path: '/api/' }))).not.toMatch(/[uU]pgrade/);
  });

  test('may be silent for an hour, or for as long as the file says', () => {
    expect(values(at({ path: '/ws/', websocket: true }), 'proxy_read_timeout')).toEqual(['3600s']);
    expect(values(at({ path: '/ws/', websocket: true, timeout: '24h' }), 'proxy_read_timeout')).toEqual(['86400s']);
  });
});

describe('a location', () => {
  test('hands out answers and takes uploads as they come, where the file says so', () => {
    const live = at({ path: '/live/', buffering: false, requestBuffering: false });
    expect(values(live, 'proxy_buffering')).toEqual(['off']);
    expect(values(live, 'proxy_request_buffering')).toEqual(['off']);
    expect(values(live, 'proxy_max_temp_file_size')).toEqual([]);
    const other = at({ path: '/api/' });
    expect(values(other, 'proxy_buffering')).toEqual([]);
    expect(values(other, 'proxy_request_buffering')).toEqual([]);
  });

  test('waits as long as the file says', () => {
    expect(values(at({ path: '/reports/', timeout: '30m' }), 'proxy_read_timeout')).toEqual(['1800s']);
    expect(values(at({ path: '/reports/', timeout: '30m' }), 'proxy_send_timeout')).toEqual(['1800s']);
    expect(values(at({ path: '/api/' }), 'proxy_read_timeout')).toEqual(['65s']);
  });

  test('asks no other pod, where the file says so', () => {
    const once = at({ path: '/once/', retry: false });
    expect(values(once, 'proxy_next_upstream')).toEqual(['off']);
    expect(values(once, 'proxy_next_upstream_tries')).toEqual([]);
    for (const location of [{ path: '/a/', retry: false }, { path: '/b/' }])
      expect(JSON.stringify(at(location))).not.toContain('non_idempotent');
  });

  test('may take larger or smaller bodies than the site', () => {
    expect(values(at({ path: '/up/', uploadLimit: '64Mi' }), 'client_max_body_size')).toEqual([`${64 * 1024 ** 2}`]);
    expect(values(at({ path: '/up/' }), 'client_max_body_size')).toEqual([]);
    expect(values(at({ path: '/up/', uploadLimit: '20Mi' }), 'client_max_body_size')).toEqual([]);
  });

  test('without an exact match is a prefix', () => {
    const site = server(conf({ path: '/a', match: 'exact' }, { path: '/b/' }), '8443 ssl');
    expect(values(site, 'location')).toEqual(expect.arrayContaining(['= /a', '/b/', '/']));
  });
});

describe('a pod that stops', () => {
  const times = (locations: object[], more: object = {}) => {
    const objects = rendered(locations, more);
    const [shutdown = ''] = values(parse(confText(objects)), 'worker_shutdown_timeout');
    const whole = podSpec(objects.find('Deployment', 'shop-nginx')).terminationGracePeriodSeconds ?? 0;
    return [Number.parseInt(shutdown, 10), whole - DRAIN - LAST_BREATH];
  };

  test.each([
    ['as long as an ordinary request may take', [], 65],
    [
      'as the longest of all locations',
      [
        { path: '/reports/', timeout: '10m' },
        { path: '/api/', timeout: '10s' },
      ],
      600,
    ],
    ['not as a shorter one', [{ path: '/api/', timeout: '10s' }], 65],
    ['not as websockets', [{ path: '/ws/', websocket: true, timeout: '24h' }], 65],
    ['at most an hour', [{ path: '/reports/', timeout: '24h' }], 3600],
    ['as an ordinary request, where there are only websockets', [{ path: '/', websocket: true }], 65],
  ])('waits %s', (_what, locations, seconds) => {
    expect(times(locations)).toEqual([seconds, seconds]);
  });
});

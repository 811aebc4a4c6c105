import { render } from '../../support/stack';
import { block, confText, http, server, values, type Directive } from '../nginx-tree';

const VALID = { '200': '5m' };
const conf = (nginx: object) => http(render({ nginx }));
const names = (body: readonly Directive[]): string[] => body.flatMap(({ name, body: inner }) => [name, ...(inner ? names(inner) : [])]);
/** The location `/a/` with such a cache. */
const location = (cache: object, more: object = {}) =>
  block(server(conf({ ...more, locations: [{ path: '/a/', cache: { valid: VALID, ...cache } }] }), '8443 ssl'), 'location', '/a/');

describe('without a cache', () => {
  test.each([{}, { cacheStore: { size: '128Mi' } }, { cache: { valid: VALID }, locations: [{ path: '/', cache: false }] }])(
    'there is no word of one: %j',
    (nginx) => {
      const written = names(conf(nginx)).filter((name) => name.startsWith('proxy_cache') || name === 'proxy_no_cache');
      expect(written).toEqual([]);
      expect(confText(render({ nginx }))).not.toContain('cache_status');
    },
  );
});

describe('the store', () => {
  test.each([
    [{}, '/var/cache/nginx levels=1:2 keys_zone=answers:10m max_size=64m inactive=600s use_temp_path=off'],
    [{ size: '32Mi', inactive: '1h' }, '/var/cache/nginx levels=1:2 keys_zone=answers:10m max_size=32m inactive=3600s use_temp_path=off'],
    [
      { storage: 'disk', size: '4000M' },
      '/var/cache/nginx levels=1:2 keys_zone=answers:15m max_size=4000000000 inactive=600s use_temp_path=off',
    ],
  ])('is as large as the file says, with keys for it: %j', (cacheStore, path) => {
    const resources = { limits: { 'ephemeral-storage': '8Gi' } };
    const body = conf({ cacheStore, resources, cache: { valid: VALID }, locations: [{ path: '/a/' }] });
    expect(values(body, 'proxy_cache_path')).toEqual([path]);
  });
});

describe('a location with a cache', () => {
  test('keeps what the file says, for as long, in the order of statuses', () => {
    expect(values(location({ valid: { any: '10s', '404': '1m', '200': '1d' } }), 'proxy_cache_valid')).toEqual([
      '200 86400s',
      '404 60s',
      'any 10s',
    ]);
    expect(values(location({}), 'proxy_cache')).toEqual(['answers']);
  });

  test('tells answers apart by the host and port that Django is told, and by the URL', () => {
    const body = location({});
    expect(values(body, 'proxy_cache_key')).toEqual(['$host$is_request_port$request_port$request_uri']);
    expect(values(body, 'proxy_set_header')).toContain('Host $host$is_request_port$request_port');
    expect(values(body, 'set')).toEqual([]);
  });

  test.each([
    [['uri', 'host'], '$host$is_request_port$request_port$request_uri'],
    [['host', 'path'], '$host$is_request_port$request_port$request_path'],
    [['cookie:lang', 'host', 'header:X-Lang', 'uri'], '$host$is_request_port$request_port$request_uri\\n$key_cookie_1\\n$http_x_lang'],
    [['host', 'uri', 'address'], '$host$is_request_port$request_port$request_uri\\n$remote_addr'],
    [['host', 'path', 'argument:page'], '$host$is_request_port$request_port$request_path\\n$arg_page'],
  ])('has a key in which no part can pass for another: %j', (key, text) => {
    expect(values(location({ key }), 'proxy_cache_key')).toEqual([text]);
  });

  test('hands Django of the query what is in the key, or leads past it', () => {
    const nginx = {
      locations: [{ path: '/a/', cache: { valid: VALID, key: ['host', 'path', 'argument:page'], bypass: ['argument:preview'] } }],
    };
    const body = conf(nginx);
    expect(values(block(server(body, '8443 ssl'), 'location', '/a/'), 'set')).toEqual(['$args $key_argument_1&$key_argument_2']);
    expect(values(block(body, 'map', '$arg_page', '$key_argument_1'), 'default')).toEqual(['page=$arg_page']);
    expect(values(block(body, 'map', '$arg_preview', '$key_argument_2'), 'default')).toEqual(['preview=$arg_preview']);
    expect(values(location({ key: ['host', 'path'] }), 'set')).toEqual(['$args ']);
  });

  test('hands Django cookies and headers of the key as the key has them', () => {
    const written = values(location({ key: ['host', 'uri', 'cookie:lang', 'header:X-Lang'] }), 'proxy_set_header');
    expect(written).toEqual(expect.arrayContaining(['Cookie $http_cookie', 'X-Lang $http_x_lang']));
    expect(values(location({}), 'proxy_set_header').join()).not.toMatch(/Cookie/);
  });

  test('lets Django hear nothing of the site from clients', () => {
    const written = values(location({}), 'proxy_set_header');
    expect(new Set(written.map((line) => line.split(' ')[0])).size).toBe(written.length);
    for (const name of ['Host', 'Port', 'Prefix', 'Protocol', 'Scheme', 'Server', 'SSL']) expect(written).toContain(`X-Forwarded-${name} `);
  });

  test('sends users of Django past it, and keeps nothing of theirs', () => {
    const body = location({});
    expect(values(body, 'proxy_cache_bypass')).toEqual(['$known_visitor $http_authorization']);
    expect(values(body, 'proxy_no_cache')).toEqual(['$known_visitor $http_authorization $too_long']);
  });

  test('goes by cookies of any name, each list of them once', () => {
    const cache = (bypass: string[]) => ({ valid: VALID, bypass });
    const body = conf({
      locations: [
        { path: '/a/', cache: cache(['cookie:__Host-sessionid', 'cookie:a.b']) },
        { path: '/b/', cache: cache(['cookie:sessionid', 'header:X-Preview']) },
        { path: '/c/', cache: cache(['cookie:__Host-sessionid', 'cookie:a.b']) },
        { path: '/d/', cache: cache([]) },
      ],
    });
    const maps = body.filter(({ name, args }) => name === 'map' && args[0] === '$http_cookie');
    expect(maps.map(({ args, body: lines }) => [args[1], lines?.[0]?.name])).toEqual([
      ['$known_visitor', '~(?:^|;)\\s*(?:__Host-sessionid|a\\.b)\\s*='],
      ['$known_visitor_2', '~(?:^|;)\\s*(?:sessionid)\\s*='],
    ]);
    const at = (path: string) => block(server(body, '8443 ssl'), 'location', path);
    expect(values(at('/c/'), 'proxy_cache_bypass')).toEqual(['$known_visitor']);
    expect(values(at('/b/'), 'proxy_cache_bypass')).toEqual(['$known_visitor_2 $http_x_preview']);
    expect(values(at('/d/'), 'proxy_cache_bypass')).toEqual([]);
    expect(values(at('/d/'), 'proxy_no_cache')).toEqual(['$too_long']);
  });

  test("does not mind a password of Nginx's own, which Django is not told", () => {
    const access = { access: { basicAuth: {} } };
    expect(values(location({}, access), 'proxy_cache_bypass')).toEqual(['$known_visitor']);
    expect(values(location({ bypass: ['header:authorization'] }, access), 'proxy_cache_bypass')).toEqual([]);
  });

  test('never takes from Django the say over Set-Cookie, Vary and Cache-Control', () => {
    expect(names(conf({ cache: { valid: VALID } }))).not.toContain('proxy_ignore_headers');
    expect(names(conf({ cache: { valid: VALID } }))).not.toContain('proxy_hide_header');
  });

  test('serves old answers, or does not', () => {
    expect(values(location({}), 'proxy_cache_use_stale')).toEqual(['error timeout updating http_500 http_502 http_503 http_504']);
    expect(values(location({}), 'proxy_cache_background_update')).toEqual(['on']);
    expect(names(location({ stale: false }))).not.toEqual(expect.arrayContaining(['proxy_cache_use_stale']));
    expect(names(location({ stale: false }))).not.toEqual(expect.arrayContaining(['proxy_cache_background_update']));
  });

  test('lets one request fetch, the others wait, and says what it did', () => {
    const body = location({ lock: '7s' });
    expect(values(body, 'proxy_cache_lock')).toEqual(['on']);
    expect([...values(body, 'proxy_cache_lock_timeout'), ...values(body, 'proxy_cache_lock_age')]).toEqual(['7s', '7s']);
    expect(values(body, 'add_header')).toContain('X-Cache $upstream_cache_status always');
  });

  test('says of uses and methods only what differs from what nginx does', () => {
    const said = (cache: object) => names(location(cache)).filter((name) => /min_uses|convert_head|methods/.test(name));
    expect(said({})).toEqual([]);
    expect(said({ minUses: 3, methods: ['GET'] })).toEqual(['proxy_cache_convert_head', 'proxy_cache_min_uses']);
    expect(values(location({ methods: ['GET'] }), 'proxy_cache_bypass')).toEqual(['$known_visitor $http_authorization $is_head']);
  });

  test.each([
    ['8k', '16k', []],
    ['16k', '32k', ['8 8k']],
    ['64k', '128k', ['8 32k']],
  ])('has room for a key of the longest URL beside the headers of an answer: %s', (headerSize, size, buffers) => {
    const body = location({}, { requestLimits: { headerSize } });
    expect([...values(body, 'proxy_buffer_size'), ...values(body, 'proxy_busy_buffers_size')]).toEqual([size, size]);
    expect(values(body, 'proxy_buffers')).toEqual(buffers);
  });
});

test('the access log tells what came from the cache, where there is one', () => {
  const format = (nginx: object) => values(conf(nginx), 'log_format').join();
  expect(format({ cache: { valid: VALID } })).toContain('"cache":"$upstream_cache_status"');
  expect(format({})).not.toContain('"cache"');
});

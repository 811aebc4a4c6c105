import { nginxConf } from '../../constructs/nginx/conf/nginx-conf';
import type { ConfSettings } from '../../constructs/nginx/conf/settings';
import { config, render } from '../support/stack';
import { block, confText, http, parse, server, values, type Directive } from './nginx-tree';

const conf = (changes: object = {}) => http(render(changes));
const site = (changes: object = {}) => server(conf(changes), '8443 ssl');
const proxy = (changes: object = {}) => block(site(changes), 'location', '/');
const everything = {
  django: { media: { storage: '1Gi', path: '/media' } },
  nginx: { static: { directory: 'test' }, service: { https: 8443 } },
};

describe('nginx.conf', () => {
  test.each([
    ['the smallest project', {}],
    ['every setting', everything],
  ])('can be read by nginx: %s', (_what, changes) => {
    const text = confText(render(changes));
    expect(parse(text).map(({ name }) => name)).toEqual([
      'daemon',
      'pid',
      'pcre_jit',
      'error_log',
      'worker_processes',
      'worker_rlimit_nofile',
      'worker_shutdown_timeout',
      'events',
      'http',
    ]);
    for (const line of text.split('\n').filter((one) => !/^\s*(?:#|$)/.test(one))) expect(line).toMatch(/[;{}]$/);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('the parser of these tests refuses what nginx would', () => {
    for (const wrong of ['http {', 'http { a b; } }', 'http { a b }', 'a "b;', '{ }', 'a;;'])
      expect(() => parse(wrong)).toThrow('nginx.conf');
  });

  test('stays in the foreground, writes only where it may, and logs to the container', () => {
    const main = parse(confText(render()));
    expect(values(main, 'daemon')).toEqual(['off']);
    expect(values(main, 'pid')).toEqual(['/tmp/nginx.pid']);
    expect(values(main, 'error_log')).toEqual(['/dev/stderr warn']);
    expect(values(conf(), 'access_log')).toEqual(['/dev/stdout json buffer=4k flush=1s']);
    for (const kind of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'])
      expect(values(conf(), `${kind}_temp_path`)).toEqual([`/tmp/${kind}`]);
  });

  test.each([
    ['500m', '1'],
    ['1', '1'],
    ['2500m', '3'],
  ])('with a limit of %s CPUs there are %s processes', (cpu, workers) => {
    expect(values(parse(confText(render({ nginx: { resources: { limits: { cpu } } } }))), 'worker_processes')).toEqual([workers]);
  });

  test('a log line is JSON, and says who asked what of whom and how it went', () => {
    const [format = ''] = values(conf(), 'log_format');
    const line: unknown = JSON.parse(format.replace('json escape=json ', ''));
    expect(line).toMatchObject({
      ip: '$remote_addr',
      uri: '$request_uri',
      status: '$status',
      upstream: '$upstream_addr',
      id: '$request_id',
    });
    expect(format).toMatch(/^json escape=json /);
  });

  test('requests larger or slower than the file allows are refused', () => {
    const body = conf({ nginx: { uploadLimit: '64Mi', timeouts: { header: '11s', body: '42s' } } });
    expect(values(body, 'client_max_body_size')).toEqual([`${64 * 1024 ** 2}`]);
    expect(values(body, 'client_header_timeout')).toEqual(['11s']);
    expect(values(body, 'client_body_timeout')).toEqual(['42s']);
    expect(values(body, 'send_timeout')).toEqual(['42s']);
    expect(values(conf(), 'client_max_body_size')).toEqual([`${20 * 1024 ** 2}`]);
  });

  test('takes every host that the file may name, however long', () => {
    const host = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.');
    const body = conf({ django: { hosts: [host] } });
    expect(values(server(body, '8443 ssl'), 'server_name')).toEqual([host]);
    expect(Number(values(body, 'server_names_hash_bucket_size'))).toBe(512);
  });

  test('texts are compressed on the way, and the version is not told', () => {
    expect(values(conf(), 'gzip')).toEqual(['on']);
    expect(values(conf(), 'gzip_vary')).toEqual(['on']);
    expect(values(conf(), 'gzip_types').join(' ').split(' ')).toEqual(
      expect.arrayContaining(['text/css', 'application/json', 'image/svg+xml']),
    );
    expect(values(conf(), 'server_tokens')).toEqual(['off']);
  });
});

describe('the upstream', () => {
  test('is every pod of Gunicorn, asked for anew while nginx runs', () => {
    const upstream = block(conf(), 'upstream', 'gunicorn');
    expect(values(upstream, 'server')).toEqual([expect.stringMatching(/^shop-gunicorn\.shop-test\.svc\.cluster\.local:8000 resolve /)]);
    expect(values(upstream, 'zone')).toEqual(['gunicorn 256k']);
    expect(values(upstream, 'least_conn')).toEqual(['']);
    expect(values(upstream, 'keepalive')).toHaveLength(1);
  });

  test('stands in the namespace and the domain of the file', () => {
    const upstream = block(conf({ namespace: 'web', cluster: { domain: 'k8s.example.com' } }), 'upstream', 'gunicorn');
    expect(values(upstream, 'server')).toEqual([expect.stringMatching(/^shop-gunicorn\.web\.svc\.k8s\.example\.com:8000 /)]);
  });

  test.each([
    [{}, 'kube-dns.kube-system.svc.cluster.local'],
    [{ domain: 'k8s.example.com' }, 'kube-dns.kube-system.svc.k8s.example.com'],
    [{ dns: 'coredns.dns.svc.cluster.local' }, 'coredns.dns.svc.cluster.local'],
    [{ dns: '10.96.0.10' }, '10.96.0.10'],
  ])('with cluster settings %j the server of names is %s', (cluster, dns) => {
    expect(values(conf({ cluster }), 'resolver')).toEqual([`${dns} valid=5s ipv6=off`]);
  });
});

describe('the reverse proxy', () => {
  test('tells Django who asked, for which host and port, and how', () => {
    expect(values(proxy(), 'proxy_pass')).toEqual(['http://gunicorn']);
    expect(values(proxy(), 'proxy_set_header').sort()).toEqual([
      'Connection ',
      'Host $host$is_request_port$request_port',
      'X-Forwarded-For $remote_addr',
      'X-Forwarded-Host ',
      'X-Forwarded-Proto $scheme',
      'X-Real-IP $remote_addr',
      'X-Request-ID $request_id',
    ]);
  });

  test('a client cannot put an address in front of its own', () => {
    expect(JSON.stringify(conf(everything))).not.toContain('$proxy_add_x_forwarded_for');
  });

  test('a client cannot name another host than the one that it asked', () => {
    expect(values(proxy(), 'proxy_set_header')).toContain('X-Forwarded-Host ');
  });

  test('keeps connections to Gunicorn open', () => {
    expect(values(proxy(), 'proxy_http_version')).toEqual(['1.1']);
  });

  test('waits as long as the file says', () => {
    const timeouts = { connect: '3s', response: '90s' };
    expect(values(proxy({ nginx: { timeouts } }), 'proxy_connect_timeout')).toEqual(['3s']);
    expect(values(proxy({ nginx: { timeouts } }), 'proxy_read_timeout')).toEqual(['90s']);
    expect(values(proxy({ nginx: { timeouts } }), 'proxy_send_timeout')).toEqual(['90s']);
    expect(values(proxy(), 'proxy_connect_timeout')).toEqual(['2s']);
    expect(values(proxy(), 'proxy_read_timeout')).toEqual(['65s']);
  });

  test('fails when the front would give up before Gunicorn does', () => {
    expect(() => render({ nginx: { timeouts: { response: '59s' } } })).toThrow(
      'nginx.timeouts.response: must not be below gunicorn.timeout (60s)',
    );
  });

  test('an order is never sent twice', () => {
    expect(values(proxy(), 'proxy_next_upstream')).toEqual(['error timeout']);
  });

  test('another pod is tried once, and not after 5 seconds', () => {
    expect(values(proxy(), 'proxy_next_upstream_tries')).toEqual(['2']);
    expect(values(proxy(), 'proxy_next_upstream_timeout')).toEqual(['5s']);
  });

  test('slow clients do not fill the disk with one answer', () => {
    expect(values(proxy(), 'proxy_max_temp_file_size')).toEqual(['64m']);
  });
});

describe('the whole text', () => {
  const settings: ConfSettings = {
    nginx: config().nginx,
    hosts: ['a.example.com'],
    upstreams: [{ name: 'gunicorn', address: 'up', port: 1, portName: 'web' }],
    dns: '10.0.0.1',
  };
  const names = (body: readonly Directive[]): string[] => body.flatMap(({ name, body: inner }) => [name, ...(inner ? names(inner) : [])]);

  test('is a pure function of its settings', () => {
    expect(nginxConf(settings)).toBe(nginxConf({ ...settings }));
  });

  test('has no directive that none of the settings asks for', () => {
    expect(names(parse(nginxConf(settings)))).not.toContain('alias');
    expect(names(parse(nginxConf({ ...settings, media: { url: '/media/' } })))).toContain('alias');
  });
});

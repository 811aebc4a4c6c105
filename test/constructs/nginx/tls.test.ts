import { volume, container } from '../../support/pods';
import { render } from '../../support/stack';
import { block, http, parse, server, values } from '../nginx-tree';
import { nginxConf } from '../../../constructs/nginx/conf/nginx-conf';
import { config } from '../../support/stack';

const conf = (tls: object, hosts = ['shop.example.com', '.example.org']) => http(render({ django: { hosts }, nginx: { tls } }));
const site = (tls: object) => server(conf(tls), '8443 ssl');

describe('the profile', () => {
  test('intermediate is TLS 1.2 with forward secrecy, and TLS 1.3', () => {
    expect(values(site({}), 'ssl_protocols')).toEqual(['TLSv1.2 TLSv1.3']);
    for (const cipher of values(site({}), 'ssl_ciphers').join().split(':')) expect(cipher).toMatch(/^ECDHE-.*(?:GCM|POLY1305)/);
  });

  test('modern is TLS 1.3 alone, of which all ciphers are good', () => {
    expect(values(site({ profile: 'modern' }), 'ssl_protocols')).toEqual(['TLSv1.3']);
    expect(values(site({ profile: 'modern' }), 'ssl_ciphers')).toEqual([]);
  });
});

test('HTTP/2 is spoken unless the file says otherwise', () => {
  expect(values(site({}), 'http2')).toEqual(['on']);
  expect(values(site({ http2: false }), 'http2')).toEqual([]);
});

test('sessions are kept where nginx looks for them: before it knows for which server', () => {
  expect(values(conf({}), 'ssl_session_cache')).toEqual(['shared:tls:10m']);
  expect(values(site({}), 'ssl_session_cache')).toEqual([]);
});

describe('several certificates', () => {
  const certificates = [
    { hosts: ['.example.org'], secretName: 'org' },
    { hosts: ['shop.example.com'], secretName: 'shop.cert' },
  ];
  const map = (tls: object) =>
    block(conf(tls, ['.example.com', 'shop.example.com', '.example.org']), 'map', '$ssl_server_name', '$certificate');

  test('are chosen by the name that the client asks for', () => {
    expect(map({ certificates }).map(({ name, args }) => [name, ...args].join(' '))).toEqual([
      'hostnames',
      'default tls',
      '.example.org certificates/org',
      'shop.example.com certificates/shop.cert',
    ]);
  });

  test('stand where the pod mounts them, each in a folder of its own', () => {
    const changes = { django: { hosts: ['.example.com', 'shop.example.com', '.example.org'] }, nginx: { tls: { certificates } } };
    const deployment = render(changes).find('Deployment', 'shop-nginx');
    const [pattern = ''] = values(server(http(render(changes)), '8443 ssl'), 'ssl_certificate');
    for (const [index, folder] of ['tls', 'certificates/org', 'certificates/shop.cert'].entries()) {
      const name = index === 0 ? 'secret-tls' : `secret-tls-${index}`;
      const mount = container(deployment, 'nginx').volumeMounts?.find((one) => one.name === name);
      expect(`${mount?.mountPath ?? ''}/tls.crt`).toBe(pattern.replace('$certificate', folder));
      expect(volume(deployment, name).secret).toMatchObject({ secretName: ['shop-tls', 'org', 'shop.cert'][index] });
    }
  });

  test('are all kept in memory', () => {
    expect(values(site({ certificates: [{ hosts: ['.example.org'], secretName: 'org' }] }), 'ssl_certificate_cache')).toEqual([
      'max=8 inactive=1h valid=1m',
    ]);
  });

  test('may be for names of any length', () => {
    const host = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.');
    const body = conf({ certificates: [{ hosts: [host], secretName: 'long' }] }, ['shop.example.com', host]);
    expect(values(body, 'map_hash_bucket_size')).toEqual(['512']);
    expect(values(conf({}), 'map_hash_bucket_size')).toEqual([]);
  });

  test.each(['default', 'hostnames', 'include', 'volatile'])('may be for a host that is called %s', (host) => {
    const body = conf({ certificates: [{ hosts: [host], secretName: 'a' }] }, ['shop.example.com', host]);
    expect(values(block(body, 'map', '$ssl_server_name', '$certificate'), `\\${host}`)).toEqual(['certificates/a']);
  });
});

describe('certificates of clients', () => {
  test('are not asked for, with nothing said', () => {
    expect(values(site({}), 'ssl_verify_client')).toEqual([]);
  });

  test('are asked for, and needed where a location says so', () => {
    expect(values(site({ clientCa: 'ca' }), 'ssl_client_certificate')).toEqual(['/run/secrets/client-ca/ca.crt']);
    expect(values(site({ clientCa: 'ca' }), 'ssl_verify_client')).toEqual(['optional']);
    const deployment = render({ nginx: { tls: { clientCa: 'ca' } } }).find('Deployment', 'shop-nginx');
    expect(volume(deployment, 'secret-client-ca').secret).toMatchObject({ secretName: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] });
  });
});

describe('HSTS', () => {
  const HEADER = 'Strict-Transport-Security';
  const MEDIA = { media: { storage: '1Gi', path: '/media' } };
  const nginx = { tls: { hsts: {} }, static: { directory: 'test' }, errorPages: { 404: 'README.md' }, locations: [{ path: '/a/' }] };
  const whole = server(http(render({ django: MEDIA, nginx })), '8443 ssl');
  const headers = (body = whole) => values(body, 'add_header').filter((value) => value.startsWith(HEADER));

  test('is off, with nothing said', () => {
    expect(
      nginxConf({
        nginx: config().nginx,
        hosts: ['a.example.com'],
        upstreams: [{ name: 'gunicorn', address: 'a', port: 1, portName: 'http' }],
        dns: '10.0.0.1',
      }),
    ).not.toContain(HEADER);
  });

  test.each([
    [{}, 'max-age=63072000'],
    [{ maxAge: '300s', includeSubDomains: true }, 'max-age=300; includeSubDomains'],
    [{ includeSubDomains: true, preload: true }, 'max-age=63072000; includeSubDomains; preload'],
  ])('%j is said in so many words', (hsts, value) => {
    expect(headers(site({ hsts }))).toEqual([`${HEADER} ${value} always`]);
  });

  test('is said once wherever headers are, errors included', () => {
    const levels = [whole, ...whole.flatMap(({ name, body }) => (name === 'location' && body ? [body] : []))];
    expect(levels.length).toBeGreaterThan(5);
    for (const level of levels) expect(headers(level)).toEqual([`${HEADER} max-age=63072000 always`]);
  });

  test("takes the place of Django's own", () => {
    for (const path of ['/', '/a/']) expect(values(block(whole, 'location', path), 'proxy_hide_header')).toContain(HEADER);
  });

  test('is not said without TLS', () => {
    expect(headers(server(http(render({ nginx })), '8080'))).toEqual([]);
  });
});

test('the text has no directive of TLS outside of the servers that speak it, but for sessions', () => {
  const outside = parse(
    nginxConf({
      nginx: config().nginx,
      hosts: ['a.b'],
      upstreams: [{ name: 'gunicorn', address: 'a', port: 1, portName: 'http' }],
      dns: '10.0.0.1',
    }),
  );
  const found = block(outside, 'http').filter(({ name }) => name.startsWith('ssl_'));
  expect(found.map(({ name }) => name)).toEqual(['ssl_session_cache', 'ssl_session_timeout']);
});

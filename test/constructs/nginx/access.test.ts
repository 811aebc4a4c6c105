import { render } from '../../support/stack';
import { block, http, server, values, type Directive } from '../nginx-tree';

/** Nginx sees the addresses of clients themselves. */
const SEEN = { service: { type: 'LoadBalancer' } };
const MEDIA = { django: { media: { storage: '1Gi', path: '/media' } } };
const site = (nginx: object, more: object = {}) => server(http(render({ ...more, nginx: { ...SEEN, ...nginx } })), '8443 ssl');
const location = (path: string, nginx: object, more: object = {}) => block(site(nginx, more), 'location', path);

/** The directives that decide who comes in, in order. */
const GUARDS = ['if', 'satisfy', 'allow', 'deny', 'auth_basic', 'auth_basic_user_file'];
const guards = (body: readonly Directive[]) =>
  body.filter(({ name }) => GUARDS.includes(name)).map(({ name, args }) => [name, ...args].join(' '));

const PASSWORD = ['auth_basic Restricted', 'auth_basic_user_file /run/secrets/htpasswd/shop-htpasswd/htpasswd'];
const CERTIFICATE = 'if ($ssl_client_verify != SUCCESS)';

describe('a location', () => {
  test('is open to all, with nothing said', () => {
    expect(guards(location('/', {}))).toEqual([]);
    expect(guards(site({}))).toEqual([]);
  });

  test.each([
    [{ allow: ['10.0.0.0/8', '2001:db8::/32'] }, ['allow 10.0.0.0/8', 'allow 2001:db8::/32', 'deny all']],
    [{ deny: ['192.0.2.0/24'] }, ['deny 192.0.2.0/24']],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, ['deny 10.1.0.0/16', 'allow 10.0.0.0/8', 'deny all']],
    [{ basicAuth: {} }, PASSWORD],
    [
      { basicAuth: { realm: 'Staff only', secretName: 'staff' } },
      ['auth_basic Staff only', 'auth_basic_user_file /run/secrets/htpasswd/staff/htpasswd'],
    ],
    [{ allow: ['10.0.0.0/8'], basicAuth: {} }, ['allow 10.0.0.0/8', 'deny all', ...PASSWORD]],
    [{ allow: ['10.0.0.0/8'], basicAuth: {}, satisfy: 'any' }, ['satisfy any', 'allow 10.0.0.0/8', 'deny all', ...PASSWORD]],
  ])('with %j is closed to all others', (access, lines) => {
    expect(guards(location('/', { access }))).toEqual(lines);
    expect(guards(location('/a/', { locations: [{ path: '/a/', access }] }))).toEqual(lines);
  });

  test('asks for the certificate of the client', () => {
    const body = location('/api/', { tls: { clientCa: 'ca' }, locations: [{ path: '/api/', access: { clientCertificate: true } }] });
    expect(guards(body)).toEqual([CERTIFICATE]);
    expect(values(block(body, 'if'), 'return')).toEqual(['403']);
  });

  test('has what it says itself, or what the whole site has, and never parts of both', () => {
    const nginx = {
      access: { allow: ['10.0.0.0/8'], basicAuth: {} },
      locations: [{ path: '/a/' }, { path: '/b/', access: false }, { path: '/c/', access: { allow: ['192.0.2.0/24'] } }],
    };
    expect(guards(location('/', nginx))).toEqual(['allow 10.0.0.0/8', 'deny all', ...PASSWORD]);
    expect(guards(location('/a/', nginx))).toEqual(['allow 10.0.0.0/8', 'deny all', ...PASSWORD]);
    expect(guards(location('/b/', nginx))).toEqual([]);
    expect(guards(location('/c/', nginx))).toEqual(['allow 192.0.2.0/24', 'deny all']);
  });
});

describe('every location that is not internal', () => {
  const everything = {
    static: { directory: 'test' },
    tls: { clientCa: 'ca' },
    access: { deny: ['192.0.2.0/24'], basicAuth: {}, clientCertificate: true },
    errorPages: { 404: 'README.md', '50x': 'README.md' },
    locations: [{ path: '/a/' }, { path: '/b', match: 'exact' }],
  };

  test('is as closed as the whole site, static and uploaded files too', () => {
    const body = site(everything, MEDIA);
    const locations = body.filter(({ name, body: inner = [] }) => name === 'location' && !inner.some((one) => one.name === 'internal'));
    expect(locations.map(({ args }) => args.join(' ')).sort()).toEqual(['/', '/a/', '/media/', '/static/', '= /b']);
    for (const { body: inner = [] } of locations) expect(guards(inner)).toEqual([CERTIFICATE, 'deny 192.0.2.0/24', ...PASSWORD]);
  });

  test('of the health port is open to all', () => {
    const health = server(http(render({ nginx: { ...SEEN, ...everything } })), '8081');
    expect(health.flatMap(({ body = [] }) => guards(body))).toEqual([]);
  });
});

describe('Django', () => {
  const authorization = (nginx: object) =>
    values(location('/', nginx), 'proxy_set_header').filter((value) => value.startsWith('Authorization'));

  test('does not see the password of a visitor', () => {
    expect(authorization({ access: { basicAuth: {} } })).toEqual(['Authorization ']);
  });

  test.each([{}, { access: { allow: ['10.0.0.0/8'] } }, { tls: { clientCa: 'ca' }, access: { clientCertificate: true } }])(
    'sees the header of all others: %j',
    (nginx) => {
      expect(authorization(nginx)).toEqual([]);
    },
  );
});

describe('a request that names a page by way of another', () => {
  const refusals = (nginx: object) =>
    site(nginx)
      .filter(({ name }) => name === 'if')
      .map(({ args, body = [] }) => ({ pattern: args[2]?.replace(/"\)$/, ''), status: values(body, 'return') }));
  const nginx = { locations: [{ path: '/reports/', access: { allow: ['10.0.0.0/8'] } }] };

  test('is refused where one page is closed and the other is not', () => {
    expect(refusals(nginx)).toMatchObject([{ status: ['400'] }]);
    const pattern = new RegExp(refusals(nginx)[0]?.pattern?.replace(/^"/, '') ?? '', 'i');
    for (const path of ['/reports/x/../../open', '/a/..', '/a/%2e%2E/b', '/a%2f..%2fb', '/a/./b', '/..?x', '/a/..#b', '/%2e./'])
      expect([path, pattern.test(path)]).toEqual([path, true]);
    for (const path of ['/', '/a..b/', '/.well-known/x', '/a/...', '/x?next=/../y', '/a/..b', '/a.%2e', '/%252e%252e/'])
      expect([path, pattern.test(path)]).toEqual([path, false]);
  });

  test('is not looked for where all pages are alike', () => {
    expect(refusals({})).toEqual([]);
    expect(refusals({ access: { basicAuth: {} }, locations: [{ path: '/a/' }] })).toEqual([]);
  });
});

import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

/** Nginx sees the addresses of clients themselves. */
const SEEN = { service: { type: 'LoadBalancer' } };
const said = (nginx: object) => problems(stringify(merge(SMALLEST, { nginx }))).map((line) => line.replace(/^\S+ /, ''));
const ofSite = (access: object, more: object = SEEN) => said({ ...more, access });
const RANGE = 'must be a range of IPv4 or IPv6 addresses that begins at its first one, such as 203.0.113.0/24';

describe('addresses', () => {
  test.each(['203.0.113.7/32', '0.0.0.0/0', '10.0.0.0/8', '::/0', '2001:db8::/32', '2001:DB8:0:1::/64', '::ffff:10.0.0.0/104', '::1/128'])(
    'are taken: %s',
    (range) => {
      expect(ofSite({ allow: [range] })).toEqual([]);
      expect(ofSite({ deny: [range] })).toEqual([]);
      expect(said({ realIp: { from: [range] } })).toEqual([]);
    },
  );

  test.each([
    '203.0.113.7',
    '203.0.113.7/24',
    '203.0.113.0/33',
    '203.0.113.0/024',
    '203.0.113/24',
    '2001:db8::1/64',
    '2001:db8:0:1::/63',
    '::ffff:10.1.0.0/104',
    '2001:db8::/129',
    '2001:db8::',
    'fe80::%eth0/64',
    '[2001:db8::]/32',
    'all',
    '10.0.0.0/8; allow all',
  ])('are refused: %s', (range) => {
    expect(ofSite({ allow: [range] })).toEqual([`nginx.access.allow[0]: ${RANGE}, got ${JSON.stringify(range)}`]);
    expect(ofSite({ deny: ['10.0.0.0/8', range] })).toEqual([`nginx.access.deny[1]: ${RANGE}, got ${JSON.stringify(range)}`]);
    expect(said({ realIp: { from: [range] } })).toEqual([`nginx.realIp.from[0]: ${RANGE}, got ${JSON.stringify(range)}`]);
  });

  test('cannot be gone by where Nginx does not see them', () => {
    expect(ofSite({ allow: ['10.0.0.0/8'] }, {})).toEqual([
      'nginx.access.allow[0]: must not go by the address of the client, got 10.0.0.0/8; ' +
        'behind a ClusterIP all requests come from what stands in front of it: name its addresses under nginx.realIp',
    ]);
    expect(said({ locations: [{ path: '/a/', access: { deny: ['127.0.0.0/8', '10.0.0.0/8'] } }] })).toEqual([
      expect.stringMatching(/^nginx\.locations\[0\]\.access\.deny\[1\]: must not go by the address of the client, got 10\.0\.0\.0\/8; /),
    ]);
    expect(ofSite({ allow: ['10.0.0.0/8'] }, { service: { type: 'NodePort' } })).toHaveLength(1);
  });

  test.each([
    { service: { type: 'NodePort', externalTrafficPolicy: 'Local' } },
    { realIp: { from: ['10.0.0.0/8'] } },
    { ingress: { className: 'x' }, realIp: { from: ['10.0.0.0/8'] } },
  ])('can be where it does: %j', (more) => {
    expect(ofSite({ allow: ['10.0.0.0/8'] }, more)).toEqual([]);
  });

  test('of a forwarded port are always seen', () => {
    expect(ofSite({ allow: ['127.0.0.0/8', '::1/128'] }, {})).toEqual([]);
  });
});

describe('access', () => {
  test.each([{}, { allow: [] }, { satisfy: 'any' }])('that asks for nothing is refused: %j', (access) => {
    expect(ofSite(access)).toContainEqual('nginx.access: must be a list of addresses, basicAuth or clientCertificate');
  });

  test.each([
    { allow: ['10.0.0.0/8'], satisfy: 'any' },
    { basicAuth: {}, satisfy: 'any' },
    { deny: ['10.0.0.0/8'], basicAuth: {}, satisfy: 'any' },
  ])('cannot have the choice of one: %j', (access) => {
    expect(ofSite(access)).toEqual(['nginx.access.satisfy: must be all without both allow and basicAuth, of which any takes one']);
  });

  test('can have the choice of two', () => {
    expect(ofSite({ allow: ['10.0.0.0/8'], basicAuth: {}, satisfy: 'any' })).toEqual([]);
    expect(ofSite({ allow: ['10.0.0.0/8'], basicAuth: {}, satisfy: 'either' })).toEqual([
      'nginx.access.satisfy: must be one of all, any, got "either"',
    ]);
  });

  test.each(['Staff only', 'shop-1.2_x', 'a'.repeat(60)])('takes the realm %s', (realm) => {
    expect(ofSite({ basicAuth: { realm } })).toEqual([]);
  });

  test.each(['', 'a"b', "it's", 'a$uri', 'a\\', 'a\nb', 'a;', 'a{', 'größe', 'a'.repeat(61)])('refuses the realm %j', (realm) => {
    expect(ofSite({ basicAuth: { realm } })).toEqual([
      expect.stringMatching(/^nginx\.access\.basicAuth\.realm: must be up to 60 letters, digits, spaces, "-", "\." and "_", got /),
    ]);
  });

  test('refuses what is no name of a Secret', () => {
    expect(ofSite({ basicAuth: { secretName: '../etc/passwd' } })).toEqual([
      expect.stringMatching(/^nginx\.access\.basicAuth\.secretName: must be a name of an object/),
    ]);
  });

  test('asks for certificates of clients only with the authority that they are by', () => {
    const line = 'needs nginx.tls.clientCa, the Secret with the authorities whose certificates count';
    expect(ofSite({ clientCertificate: true })).toEqual([`nginx.access.clientCertificate: ${line}`]);
    expect(said({ locations: [{ path: '/' }, { path: '/api/', access: { clientCertificate: true } }] })).toEqual([
      `nginx.locations[1].access.clientCertificate: ${line}`,
    ]);
    expect(said({ tls: { clientCa: 'ca' }, access: { clientCertificate: true } })).toEqual([]);
  });

  test('is wrong once, however many locations have it from the whole site', () => {
    expect(said({ access: { clientCertificate: true }, locations: [{ path: '/a/' }, { path: '/b/' }] })).toHaveLength(1);
  });
});

describe('realIp', () => {
  test('names at least one range', () => {
    expect(said({ realIp: { from: [] } })).toEqual(['nginx.realIp.from: must name at least one range']);
    expect(said({ realIp: {} })).toEqual(['nginx.realIp.from: is missing: must be a list of ranges of addresses']);
  });

  test.each(['X-Forwarded-For', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP', 'proxy_protocol'])('takes the header %s', (header) => {
    expect(said({ realIp: { from: ['10.0.0.0/8'], header } })).toEqual([]);
  });

  test('refuses others', () => {
    expect(said({ realIp: { from: ['10.0.0.0/8'], header: 'Forwarded' } })).toEqual([
      'nginx.realIp.header: must be one of X-Forwarded-For, X-Real-IP, CF-Connecting-IP, True-Client-IP, proxy_protocol, got "Forwarded"',
    ]);
  });
});

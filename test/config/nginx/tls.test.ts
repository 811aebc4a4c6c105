import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const HOSTS = ['shop.example.com', '.example.org'];
const said = (nginx: object, hosts: readonly string[] = HOSTS) =>
  problems(stringify(merge(SMALLEST, { django: { hosts }, nginx }))).map((line) => line.replace(/^\S+ /, ''));
const tls = (settings: object) => said({ tls: settings });

describe('the first certificate', () => {
  test.each([
    { secretName: 'cert' },
    { issuer: { name: 'letsencrypt' } },
    { issuer: { name: 'own', kind: 'Issuer', group: 'pki.example.com' } },
  ])('comes from %j', (settings) => {
    expect(tls(settings)).toEqual([]);
  });

  test('comes from one of them', () => {
    expect(tls({ secretName: 'cert', issuer: { name: 'own' } })).toEqual([
      'nginx.tls.issuer: does not go with secretName: the Certificate has a Secret of its own',
    ]);
  });

  test.each([
    ['name', {}, 'is missing: must be a name of an object'],
    ['kind', { name: 'a', kind: 'Secret' }, 'must be one of Issuer, ClusterIssuer, got "Secret"'],
    ['group', { name: 'a', group: 'a b' }, 'must be an API group, got "a b"'],
  ])('comes from an issuer with a right %s', (setting, issuer, line) => {
    expect(tls({ issuer })).toEqual([expect.stringContaining(`nginx.tls.issuer.${setting}: ${line}`)]);
  });
});

describe('further certificates', () => {
  const certificates = (...all: { hosts: string[]; secretName?: string }[]) =>
    tls({ certificates: all.map((one, index) => ({ secretName: `cert-${index}`, ...one })) });

  test.each([
    [{ hosts: ['.example.org'] }],
    [{ hosts: ['www.example.org'] }, { hosts: ['api.example.org', '.eu.example.org'] }],
    [{ hosts: ['shop.example.com'] }],
  ])('are for hosts of the site: %j', (...all) => {
    expect(certificates(...all)).toEqual([]);
  });

  test('may be for old names', () => {
    const redirects = [{ from: ['old.example.net'], to: 'shop.example.com' }];
    expect(said({ redirects, tls: { certificates: [{ hosts: ['old.example.net'], secretName: 'old' }] } })).toEqual([]);
  });

  test.each(['example.com', 'www.shop.example.com', '.shop.example.com', '.com'])('are not for others: %s', (host) => {
    expect(certificates({ hosts: ['www.example.org', host] })).toEqual([
      `nginx.tls.certificates[0].hosts[1]: must be a name of django.hosts or nginx.redirects, got ${host}`,
    ]);
  });

  test.each([
    ['shop.example.com', 'shop.example.com'],
    ['.example.org', 'example.org'],
    ['example.org', '.example.org'],
  ])('are not two for one host: %s and %s', (one, other) => {
    expect(certificates({ hosts: [one] }, { hosts: ['www.example.org', other] })).toContainEqual(
      `nginx.tls.certificates[1].hosts[1]: must have one certificate, got ${other} twice: remove it here or there`,
    );
  });

  test('name a Secret once', () => {
    expect(certificates({ hosts: ['example.org'] }, { hosts: ['www.example.org'], secretName: 'cert-0' })).toEqual([
      'nginx.tls.certificates[1].secretName: must differ from that of every other certificate, got cert-0: name all hosts of a certificate in one place',
    ]);
    expect(certificates({ hosts: ['example.org'], secretName: 'shop-tls' })).toHaveLength(1);
  });

  test('leave a host to the first', () => {
    expect(certificates({ hosts: HOSTS })).toEqual([
      'nginx.tls.certificates: must leave a name to the first certificate: set nginx.tls.secretName to one of these Secrets, and remove it here',
    ]);
  });

  test('name a host', () => {
    expect(certificates({ hosts: [] })).toEqual(['nginx.tls.certificates[0].hosts: must name at least one host']);
    expect(certificates({ hosts: ['a b'] })).toEqual([
      expect.stringMatching(/^nginx\.tls\.certificates\[0\]\.hosts\[0\]: must be a host name/),
    ]);
  });
});

describe('HSTS', () => {
  test.each([{}, { maxAge: '5m' }, { includeSubDomains: true }, { maxAge: '365d', includeSubDomains: true, preload: true }])(
    'is taken: %j',
    (hsts) => {
      expect(tls({ hsts })).toEqual([]);
    },
  );

  test.each([{ preload: true }, { preload: true, includeSubDomains: true, maxAge: '364d' }])(
    'is not offered to the lists of browsers before it is what they ask for: %j',
    (hsts) => {
      expect(tls({ hsts })).toEqual([
        'nginx.tls.hsts.preload: needs includeSubDomains: true and a maxAge of 365d or more, as the lists do',
      ]);
    },
  );

  test.each(['0s', '1m', '3651d', 'forever'])('refuses the age %s', (maxAge) => {
    expect(tls({ hsts: { maxAge } })).toEqual([expect.stringMatching(/^nginx\.tls\.hsts\.maxAge: must be a duration from 5m to 3650d/)]);
  });
});

test('there are two profiles', () => {
  expect(tls({ profile: 'modern' })).toEqual([]);
  expect(tls({ profile: 'old' })).toEqual(['nginx.tls.profile: must be one of intermediate, modern, got "old"']);
});

test('the authority of clients is a Secret', () => {
  expect(tls({ clientCa: 'ca' })).toEqual([]);
  expect(tls({ clientCa: '/etc/ca' })).toEqual([expect.stringMatching(/^nginx\.tls\.clientCa: must be a name of an object/)]);
});

describe('old names', () => {
  const redirects = (...all: { from: string[]; to?: string }[]) =>
    said({ redirects: all.map((one) => ({ to: 'shop.example.com', ...one })) });

  test.each([
    [{ from: ['www.example.com', 'example.com'] }],
    [{ from: ['.shop.example.net'] }, { from: ['www.shop.example.net'], to: 'www.example.org' }],
    [{ from: ['old.example.org'] }],
    [{ from: ['.example.com'] }],
  ])('lead to a host of the site: %j', (...all) => {
    expect(redirects(...all)).toEqual([]);
  });

  test.each([['shop.example.com'], ['.example.org'], ['example.org']])('are not what the site answers to: %s', (from) => {
    expect(redirects({ from: ['www.example.com', from] })).toEqual([
      `nginx.redirects[0].from[1]: must be a name that neither django.hosts nor another redirect has, got ${from}`,
    ]);
  });

  test.each([
    ['www.example.com', 'www.example.com'],
    ['.example.net', 'example.net'],
  ])('lead to one place: %s and %s', (one, other) => {
    expect(redirects({ from: [one] }, { from: [other] })).toEqual([expect.stringMatching(/^nginx\.redirects\[1\]\.from\[0\]: .*, got /)]);
  });

  test.each([
    ['a stranger', { from: ['www.example.com'], to: 'example.com' }],
    ['many hosts', { from: ['www.example.com'], to: '.example.org' }],
    ['itself', { from: ['www.example.org'], to: 'www.example.org' }],
    ['what leads on', { from: ['.eu.example.org'], to: 'www.eu.example.org' }],
  ])('do not lead to %s', (_what, redirect) => {
    expect(redirects(redirect)).toEqual([
      `nginx.redirects[0].to: must be a single name of django.hosts that does not lead on, got ${redirect.to}`,
    ]);
  });

  test('are names', () => {
    expect(redirects({ from: [] })).toEqual(['nginx.redirects[0].from: must name at least one host']);
    expect(redirects({ from: ['a.b; return 200'] })).toEqual([
      expect.stringMatching(/^nginx\.redirects\[0\]\.from\[0\]: must be a host name/),
    ]);
  });
});

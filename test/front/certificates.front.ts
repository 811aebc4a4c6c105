/** Several certificates, and those that are renewed. */
import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { certificate, tlsSecret, type Pair } from './support/certificates';
import { connect, type ConnectOptions } from './support/client';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;
const HOSTS = ['shop.example.com', '.example.com', '.example.org', 'default'];
const OLD = 'old.example.net';
const pairs: Record<string, Pair> = {};

async function renewed(name: string, hosts: readonly string[]): Promise<Record<string, Record<string, string>>> {
  pairs[name] = await certificate(name, { hosts });
  return { [name]: tlsSecret(pairs[name]) };
}

/** Whose certificate a host shows. */
async function shown(host: string, options: ConnectOptions = {}): Promise<string> {
  const ca = Object.values(pairs).map(({ cert }) => cert);
  const socket = await connect(front.site, { ...options, host, tls: { ca, ...options.tls } });
  if (!(socket instanceof TLSSocket)) throw new Error('not TLS');
  const { subject } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return subject.replace('CN=', '');
}

beforeAll(async () => {
  const certificates = [
    { hosts: ['.example.org'], secretName: 'org' },
    { hosts: ['pay.example.com', '.eu.example.com', 'default'], secretName: 'pay.cert' },
    { hosts: [OLD], secretName: 'old' },
  ];
  const secrets = {
    ...(await renewed('shop-tls', ['shop.example.com', '*.example.com', 'example.com'])),
    ...(await renewed('org', ['example.org', '*.example.org', '*.eu.example.org'])),
    ...(await renewed('pay.cert', ['pay.example.com', 'eu.example.com', '*.eu.example.com', 'default'])),
    ...(await renewed('old', [OLD])),
  };
  const nginx = { tls: { certificates }, redirects: [{ from: [OLD], to: 'shop.example.com' }] };
  // The minute is shortened; that there is one is a test of the constructs.
  front = await Front.start({ django: { hosts: HOSTS }, nginx }, { secrets, edit: (conf) => conf.replaceAll('valid=1m', 'valid=1s') });
});

test.each([
  ['shop.example.com', 'shop-tls'],
  ['example.com', 'shop-tls'],
  ['www.example.com', 'shop-tls'],
  ['example.org', 'org'],
  ['www.example.org', 'org'],
  ['a.eu.example.org', 'org'],
  ['pay.example.com', 'pay.cert'],
  ['eu.example.com', 'pay.cert'],
  ['www.eu.example.com', 'pay.cert'],
  ['default', 'pay.cert'],
  [OLD, 'old'],
])('%s shows the certificate %s', async (host, name) => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    expect(await shown(host, { tls: { minVersion: version, maxVersion: version } })).toBe(name);
});

test.each(['example.net', 'www.old.example.net', 'example.org.evil.com', 'shop.example.co'])(
  '%s, which is not ours, shows none',
  async (host) => {
    await expect(shown(host)).rejects.toThrow(/unrecognized name/);
  },
);

test('every one of them is taken anew when it is renewed, and the others stay', async () => {
  const before = pairs['shop-tls']?.cert;
  expect(await shown('www.example.org')).toBe('org');
  const next = await renewed('org', ['example.org', '*.example.org']);
  front.replace(next);
  const isNew = () =>
    shown('www.example.org', { tls: { ca: pairs.org?.cert } }).then(
      () => true,
      () => false,
    );
  await until('the new certificate to be shown', isNew);
  expect(await shown('shop.example.com', { tls: { ca: before } })).toBe('shop-tls');
  expect(await front.errors()).toBe('');
});

test('of certificates that cannot be read only their own hosts suffer', async () => {
  front.replace({ old: { 'tls.crt': 'x', 'tls.key': 'y' } });
  const isGone = () =>
    shown(OLD).then(
      () => false,
      () => true,
    );
  await until('the wrong certificate to be noticed', isGone);
  expect(await shown('shop.example.com')).toBe('shop-tls');
});

/** What else than the usual is spoken: `nginx.tls.profile` and `http2`. The usual is in `tls.front.ts`. */
import tls from 'node:tls';
import { Front } from './support/front';
import { handshake } from './support/handshake';

let front: Front;
const HOSTS = ['shop.example.com', 'www.example.com'];

describe('modern', () => {
  beforeAll(async () => {
    front = await Front.start({
      nginx: { tls: { profile: 'modern' }, redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] },
    });
  });

  test.each(HOSTS)('is TLS 1.3 alone, for old names too: %s', async (servername) => {
    expect(await handshake(front, { servername })).toMatchObject({ version: 'TLSv1.3' });
    for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) {
      const old = handshake(front, { servername, minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' });
      await expect(old).rejects.toThrow(/alert protocol version/);
    }
  });

  test('is every cipher of it that clients have', async () => {
    const ciphers = tls.getCiphers().filter((name) => /^tls_(?:aes_(?:128|256)_gcm|chacha20)/.test(name));
    expect(ciphers).toHaveLength(3);
    for (const name of ciphers)
      expect(await handshake(front, { ciphers: name.toUpperCase() })).toMatchObject({ cipher: name.toUpperCase() });
  });
});

describe('intermediate', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] } });
  });

  test.each(HOSTS)('is TLS 1.2 and 1.3, for old names too: %s', async (servername) => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      expect(await handshake(front, { servername, minVersion: version, maxVersion: version })).toMatchObject({ version });
    const weak = handshake(front, { servername, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' });
    await expect(weak).rejects.toThrow(/handshake failure/);
  });
});

describe('without HTTP/2', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { tls: { http2: false }, redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] } });
  });

  test.each(HOSTS)('HTTP/1.1 is agreed on: %s', async (servername) => {
    expect(await handshake(front, { servername, ALPNProtocols: ['h2', 'http/1.1'] })).toMatchObject({ protocol: 'http/1.1' });
    await expect(handshake(front, { servername, ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/);
    expect((await front.get('/', { host: servername })).status).toBeLessThan(400);
  });
});

/** What else than the usual is spoken: `nginx.tls.profile` and `http2`. The usual is in `tls.front.ts`. */
import { once } from 'node:events';
import tls from 'node:tls';
import { Front } from './support/front';

let front: Front;
const HOSTS = ['shop.example.com', 'www.example.com'];

/** What nginx and a client agree on; rejects where they do not. */
async function handshake(options: tls.ConnectionOptions = {}) {
  const { host, ports, certificate } = front.site;
  const socket = tls.connect({ port: ports.https, host: '127.0.0.1', servername: host, ca: certificate, ...options });
  try {
    await once(socket, 'secureConnect');
    return { version: socket.getProtocol(), cipher: socket.getCipher().name, protocol: socket.alpnProtocol };
  } finally {
    socket.destroy();
  }
}

describe('modern', () => {
  beforeAll(async () => {
    front = await Front.start({
      nginx: { tls: { profile: 'modern' }, redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] },
    });
  });

  test.each(HOSTS)('is TLS 1.3 alone, for old names too: %s', async (servername) => {
    expect(await handshake({ servername })).toMatchObject({ version: 'TLSv1.3' });
    for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) {
      const old = handshake({ servername, minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' });
      await expect(old).rejects.toThrow(/alert protocol version/);
    }
  });

  test('is every cipher of it that clients have', async () => {
    const ciphers = tls.getCiphers().filter((name) => /^tls_(?:aes_(?:128|256)_gcm|chacha20)/.test(name));
    expect(ciphers).toHaveLength(3);
    for (const name of ciphers) expect(await handshake({ ciphers: name.toUpperCase() })).toMatchObject({ cipher: name.toUpperCase() });
  });
});

describe('intermediate', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] } });
  });

  test.each(HOSTS)('is TLS 1.2 and 1.3, for old names too: %s', async (servername) => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      expect(await handshake({ servername, minVersion: version, maxVersion: version })).toMatchObject({ version });
    const weak = handshake({ servername, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' });
    await expect(weak).rejects.toThrow(/handshake failure/);
  });
});

describe('without HTTP/2', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { tls: { http2: false }, redirects: [{ from: ['www.example.com'], to: 'shop.example.com' }] } });
  });

  test.each(HOSTS)('HTTP/1.1 is agreed on: %s', async (servername) => {
    expect(await handshake({ servername, ALPNProtocols: ['h2', 'http/1.1'] })).toMatchObject({ protocol: 'http/1.1' });
    await expect(handshake({ servername, ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/);
    expect((await front.get('/', { host: servername })).status).toBeLessThan(400);
  });
});

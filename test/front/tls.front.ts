/** Handshakes. */
import { constants } from 'node:crypto';
import { once } from 'node:events';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { Front } from './support/front';
import { handshake } from './support/handshake';

let front: Front;
const ANY = 'ALL:COMPLEMENTOFALL@SECLEVEL=0';

beforeAll(async () => {
  front = await Front.start();
});

describe('the version', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    expect(await handshake(front, { minVersion: version, maxVersion: version })).toMatchObject({ version });
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is not', async (version) => {
    const old = handshake(front, { minVersion: version, maxVersion: version, ciphers: ANY });
    await expect(old).rejects.toThrow(/alert protocol version/);
  });
});

describe('the ciphers of TLS 1.2', () => {
  const kinds = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'];

  async function accepted(): Promise<string[]> {
    const all = tls.getCiphers().filter((name) => !name.startsWith('tls_'));
    const found: string[] = [];
    for (const name of all) {
      const attempt = handshake(front, { ciphers: `${name.toUpperCase()}@SECLEVEL=0`, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
      const agreed = await attempt.catch(() => undefined);
      if (agreed) found.push(agreed.cipher);
    }
    return found.sort();
  }

  test('are the three that keep secrets, with a certificate as `npm run secrets` makes it', async () => {
    expect(await accepted()).toEqual(kinds.map((kind) => `ECDHE-ECDSA-${kind}`));
  });

  test('and the same with RSA', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'shop.example.com' }], {
      keySize: 2048,
      algorithm: 'sha256',
    });
    front = await Front.start({}, { secrets: { 'shop-tls': { 'tls.crt': cert, 'tls.key': key } } });
    expect(await accepted()).toEqual(kinds.map((kind) => `ECDHE-RSA-${kind}`));
  });
});

test.each([
  [['h2', 'http/1.1'], 'h2'],
  [['http/1.1'], 'http/1.1'],
  [undefined, false],
])('of the protocols %j it is %s', async (ALPNProtocols, protocol) => {
  expect(await handshake(front, { ALPNProtocols })).toMatchObject({ protocol });
});

test('no secret is sent before the name is known: a client without one gets no certificate', async () => {
  await expect(handshake(front, { servername: '' })).rejects.toThrow(/unrecognized name/);
});

describe('a second handshake is a short one', () => {
  async function twice(options: tls.ConnectionOptions): Promise<boolean> {
    const { host, ports, certificate } = front.site;
    const visit = async (session?: Buffer) => {
      const socket = tls.connect({ port: ports.https, host: '127.0.0.1', servername: host, ca: certificate, session, ...options });
      let next: Buffer | undefined;
      socket.on('session', (offered) => (next = offered));
      await once(socket, 'secureConnect');
      const reused = socket.isSessionReused();
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      socket.resume();
      await once(socket, 'close');
      return { next, reused };
    };
    const { next } = await visit();
    return (await visit(next)).reused;
  }

  test('with TLS 1.3', async () => {
    expect(await twice({ minVersion: 'TLSv1.3' })).toBe(true);
  });

  test('with TLS 1.2 and a ticket', async () => {
    expect(await twice({ maxVersion: 'TLSv1.2' })).toBe(true);
  });

  // Nginx looks for it where the first server of the port keeps sessions, which is the one for unknown hosts.
  test('with TLS 1.2 and the number of a session', async () => {
    expect(await twice({ maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET })).toBe(true);
  });
});

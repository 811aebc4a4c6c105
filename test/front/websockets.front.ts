/** Connections that become websockets, and those that may not. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect } from './support/client';
import { Front } from './support/front';
import { within } from './support/until';

let front: Front;
const ASGI = { django: { interface: 'asgi' } };
const upgrade = (path: string, protocol = 'websocket') =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: shop.example.com',
    'Connection: Upgrade',
    `Upgrade: ${protocol}`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    '\r\n',
  ].join('\r\n');

/** After what nginx did not take for the beginning of something else. */
const LAST = 'GET / HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n';

/** What came until a text was there. */
async function until(socket: Duplex, text: string): Promise<string> {
  let all = '';
  const read = async () => {
    while (!all.includes(text)) {
      const [part] = (await once(socket, 'data')) as [Buffer];
      all += part.toString('latin1');
    }
  };
  await within(`"${text}" after "${all}"`, read());
  return all;
}

/** The pod takes the connection over, and sends back what it gets, in capitals. */
function echo(): { headers?: Record<string, unknown> } {
  const seen: { headers?: Record<string, unknown> } = {};
  front.upstream().server.on('upgrade', (request, socket: Duplex) => {
    seen.headers = request.headers;
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n');
    socket.on('data', (part: Buffer) => socket.write(part.toString().toUpperCase()));
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
  });
  return seen;
}

afterEach(() => front.upstream().server.removeAllListeners('upgrade'));

describe('a location for websockets', () => {
  beforeAll(async () => {
    const locations = [
      { path: '/ws/', websocket: true },
      { path: '/short/', websocket: true, timeout: '1s' },
    ];
    front = await Front.start({ ...ASGI, nginx: { locations } });
  });

  test('passes the handshake on, and then what both sides say', async () => {
    const seen = echo();
    const socket = await connect(front.site, {});
    socket.write(upgrade('/ws/chat/'));
    expect(await until(socket, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 101 /);
    expect(seen.headers).toMatchObject({ upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' });
    for (const word of ['hello', 'and again']) {
      socket.write(word);
      expect(await until(socket, word.toUpperCase())).toBe(word.toUpperCase());
    }
    socket.destroy();
  });

  test('ends a websocket on which nothing is said for longer than its timeout', async () => {
    echo();
    const socket = await connect(front.site, {});
    const begin = performance.now();
    socket.write(upgrade('/short/'));
    await until(socket, '\r\n\r\n');
    await within('nginx to close the websocket', once(socket, 'close'));
    expect(performance.now() - begin).toBeGreaterThan(900);
  });

  test('keeps the connection to the pod for ordinary requests', async () => {
    for (let number = 0; number < 6; number += 1) expect((await front.get('/ws/')).status).toBe(200);
    expect(front.upstream().connections).toBeLessThanOrEqual(1);
    expect(front.upstream().requests[0]?.all).not.toHaveProperty('upgrade');
  });

  test('changes to no other protocol: HTTP/2 without TLS would be a way past every rule', async () => {
    const h2c = upgrade('/ws/', 'h2c').replace('Connection: Upgrade', 'Connection: Upgrade, HTTP2-Settings');
    expect((await front.raw([h2c, LAST])).statuses).toEqual([200, 200]);
    const { all } = front.upstream().requests[0] ?? {};
    expect(all).not.toHaveProperty('upgrade');
    expect(all?.connection ?? []).not.toContain('upgrade');
  });
});

test('elsewhere a websocket is an ordinary request', async () => {
  front = await Front.start({ ...ASGI, nginx: { locations: [{ path: '/ws/', websocket: true }] } });
  expect((await front.raw([upgrade('/chat/'), LAST])).statuses).toEqual([200, 200]);
  expect(front.upstream().requests[0]?.all).not.toHaveProperty('upgrade');
});

/** Which hosts are answered, on which port. */
import { Front } from './support/front';

let front: Front;

beforeAll(async () => {
  front = await Front.start({ django: { hosts: ['shop.example.com', '.example.org'] } });
});

const STRANGERS = ['evil.example.com', 'shop.example.com.evil.com', 'evilexample.org', 'xshop.example.com', 'localhost'];

describe('a host that is not ours', () => {
  afterEach(() => expect(front.upstream().requests).toEqual([]));

  test.each(STRANGERS)('gets no handshake: %s', async (host) => {
    await expect(front.get('/', { host })).rejects.toThrow(/unrecognized name/);
  });

  test('nor does a client that names none', async () => {
    await expect(front.get('/', { host: '127.0.0.1' })).rejects.toThrow(/unrecognized name/);
  });

  test.each(STRANGERS)('gets 421, after a handshake for one of ours and without TLS: %s', async (Host) => {
    expect((await front.get('/', { headers: { Host } })).status).toBe(421);
    expect((await front.get('/', { headers: { ':authority': Host }, http2: true })).status).toBe(421);
    expect((await front.get('/', { headers: { Host }, http: true })).status).toBe(421);
  });

  test('is not led to HTTPS either, and no header of the answer names it', async () => {
    const answer = await front.get('/', { host: 'evil.example.com', http: true });
    expect(answer.header('location')).toBeUndefined();
  });

  test.each([
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: shop.example.com\r\nHost: shop.example.com\r\n\r\n', 400],
    ['a path in the host', 'GET / HTTP/1.1\r\nHost: shop.example.com/@evil.example.com\r\n\r\n', 400],
    ['a user in the host', 'GET / HTTP/1.1\r\nHost: shop.example.com@evil.example.com\r\n\r\n', 400],
    ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n\r\n', 421],
    ['a list of hosts', 'GET / HTTP/1.1\r\nHost: shop.example.com,evil.example.com\r\nConnection: close\r\n\r\n', 421],
  ])('is %s', async (_what, bytes, status) => {
    for (const http of [false, true]) expect((await front.raw(bytes, { http })).statuses).toEqual([status]);
  });
});

describe('plain HTTP', () => {
  test.each(['/', '/entries?page=2&q=%20', '/a%0d%0aSet-Cookie:x=1', '//evil.example.com/', '/a/../b'])(
    'leads to the same page by HTTPS: %s',
    async (path) => {
      const answer = await front.get(path, { http: true, method: 'POST', body: 'x' });
      expect([answer.status, answer.header('location')]).toEqual([308, `https://shop.example.com${path}`]);
      expect(answer.header('set-cookie')).toBeUndefined();
      expect(front.upstream().requests).toEqual([]);
    },
  );

  test('leads to the host that was asked, on the port for HTTPS', async () => {
    const answer = await front.get('/', { http: true, headers: { Host: 'www.example.org:80' } });
    expect(answer.header('location')).toBe('https://www.example.org/');
  });

  test('on the port for HTTPS is told so', async () => {
    const { statuses, text } = await front.raw('GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n', {
      http: true,
      port: front.site.ports.https,
    });
    expect(statuses).toEqual([400]);
    expect(text).toContain('plain HTTP request was sent to HTTPS port');
  });
});

test('the port for health answers whatever the host, says nothing else and is not logged', async () => {
  const health = { http: true, port: front.site.ports.health };
  expect((await front.get('/healthz', { ...health, host: '10.244.0.9' })).status).toBe(200);
  expect((await front.get('/', health)).status).toBe(404);
  expect((await front.get('/static/', health)).status).toBe(404);
  expect(await front.log()).toEqual([]);
});

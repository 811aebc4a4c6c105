/** Requests that are too large, too slow, or never answered. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from './support/client';
import { Front } from './support/front';

let front: Front;
const LIMIT = 2048;
const HEAD = 'POST / HTTP/1.1\r\nHost: shop.example.com\r\n';
const CHANGES = {
  gunicorn: { timeout: '5s' },
  nginx: { uploadLimit: '2Ki', timeouts: { header: '1s', body: '1s', response: '5s', connect: '1s' } },
};
const slowly = (text: string, milliseconds: number) => Array.from(text).flatMap((character) => [character, milliseconds]);

/** No file may give less than five. */
const edit = (conf: string) => conf.replace('proxy_read_timeout 5s', 'proxy_read_timeout 2s');

beforeAll(async () => {
  front = await Front.start(CHANGES, { edit });
});

describe('too large', () => {
  const upload = (size: number, http2: boolean) => front.get('/', { method: 'POST', body: Buffer.alloc(size), http2 });

  test.each([{ http2: false }, { http2: true }])('a body above the limit is refused, one at the limit is not: %j', async ({ http2 }) => {
    expect((await upload(LIMIT, http2)).status).toBe(200);
    expect((await upload(LIMIT + 1, http2)).status).toBe(413);
    expect((await upload(1_000_000, http2)).status).toBe(413);
    expect(front.upstream().requests).toHaveLength(1);
  });

  test('nor does one in chunks get through, or one that only says how large it is', async () => {
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    expect((await front.raw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`)).statuses).toEqual([413]);
    expect((await front.raw(`${HEAD}Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n`)).statuses).toEqual([413]);
    expect(front.upstream().requests).toEqual([]);
  });

  test.each([
    ['a header', { headers: { Cookie: 'x'.repeat(10_000) } }, '/', [400, 431]],
    [
      'all headers',
      { headers: Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`X-${index}`, 'x'.repeat(7000)])) },
      '/',
      [400, 431],
    ],
    [
      'the number of headers',
      { headers: Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`X-${index}`, 'x'])) },
      '/',
      [400, 431],
    ],
    ['the address', {}, `/${'x'.repeat(10_000)}`, [414]],
  ])('%s is refused', async (_what, options, path, statuses) => {
    expect(statuses).toContain((await front.get(path, options)).status);
    expect(front.upstream().requests).toEqual([]);
  });

  test('an ordinary large cookie is not', async () => {
    expect((await front.get('/', { headers: { Cookie: 'x'.repeat(6000) } })).status).toBe(200);
  });
});

describe('too slow', () => {
  test('headers that come letter by letter are cut off', async () => {
    const { closed, statuses } = await front.raw(slowly(`${HEAD}X-A: ${'b'.repeat(100)}`, 50));
    expect(closed).toBe(true);
    expect(statuses.filter((status) => status !== 408)).toEqual([]);
  });

  test.each([{ http: true }, { http: false }])('a connection on which nothing comes is cut off: %j', async (options) => {
    expect((await front.raw([], options)).closed).toBe(true);
  });

  test('a connection without a handshake is cut off', async () => {
    expect((await front.raw([], { http: true, port: front.site.ports.https })).closed).toBe(true);
  });

  test('a body that stops is cut off, and Gunicorn has seen nothing of it', async () => {
    expect((await front.raw(`${HEAD}Content-Length: 100\r\n\r\nhalf`)).closed).toBe(true);
    expect(front.upstream().begun).toBe(0);
  });

  test('a body that comes slowly costs Gunicorn nothing until it is there', async () => {
    const socket = await connect(front.site, {});
    socket.write(`${HEAD}Content-Length: 22\r\nConnection: close\r\n\r\n`);
    for (const part of ['most of the ', 'body, ']) {
      socket.write(part);
      expect(await front.log()).toEqual([]);
      expect(front.upstream().begun).toBe(0);
    }
    socket.write('rest');
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(front.upstream().requests).toMatchObject([{ body: Buffer.from('most of the body, rest') }]);
  });
});

describe('not answered', () => {
  test('in time is 504', async () => {
    front.upstream().answer = () => undefined;
    expect((await front.get('/')).status).toBe(504);
  });

  test('an answer that comes slowly, but comes, is whole', async () => {
    front.upstream().answer = async (_request, response) => {
      for (let part = 0; part < 10; part += 1) {
        response.write(`${part}`);
        await pause(250);
      }
      response.end();
    };
    expect((await front.get('/')).text).toBe('0123456789');
  });

  test('by a pod that does not even take the connection is 504 after the time for that', async () => {
    front = await Front.start(CHANGES, { upstreams: 0, resolveTo: ['192.0.2.1'] });
    expect((await front.get('/')).status).toBe(504);
  });
});

/** What one request may be: fields, their size, and its body. */
import { constants } from 'node:http2';
import { Front } from './support/front';

let front: Front;

describe('one request', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, 'x']));
  /** Hardly compressed by HTTP/2. */
  const long = (size: number) => ')'.repeat(size);

  beforeAll(async () => {
    front = await Front.start({
      nginx: {
        uploadLimit: '2Ki',
        requestLimits: { headers: 30, headerSize: '16k' },
        locations: [
          { path: '/more/', uploadLimit: '3Ki' },
          { path: '/less/', uploadLimit: '1Ki' },
          { path: '/news/', cache: { valid: { '200': '1h' } } },
        ],
      },
    });
  });

  test.each([{ http2: false }, { http2: true }])('has no more fields than the file says: %j', async ({ http2 }) => {
    expect((await front.get('/', { http2, headers: fields(25) })).status).toBe(200);
    expect((await front.get('/', { http2, headers: fields(31) })).status).toBe(400);
    expect(front.upstream().requests).toHaveLength(1);
  });

  test('has no longer field than the file says', async () => {
    expect((await front.get('/', { headers: { Cookie: long(14_000) } })).status).toBe(200);
    expect((await front.get('/', { headers: { Cookie: long(17_000) } })).status).toBe(400);
    expect((await front.get(`/${'x'.repeat(14_000)}`)).status).toBe(200);
    expect((await front.get(`/${'x'.repeat(17_000)}`)).status).toBe(414);
    expect(front.upstream().requests).toHaveLength(2);
  });

  test('has no longer field than the file says, or HTTP/2 ends', async () => {
    const http2 = await front.http2();
    const ended = new Promise<number>((resolve) => http2.on('goaway', resolve));
    http2.on('error', () => undefined);
    expect((await front.get('/', { http2, headers: { Cookie: long(8_000) } })).status).toBe(200);
    await expect(front.get('/', { http2, headers: { Cookie: long(40_000) } })).rejects.toThrow();
    expect(await ended).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(front.upstream().requests).toHaveLength(1);
  });

  test('with a long URL is answered where answers are kept', async () => {
    front.upstream().answer = (_request, response) => response.setHeader('Content-Security-Policy', 'x'.repeat(3000)).end('whole');
    for (const length of [3300, 8000, 12_000, 15_000]) expect((await front.get(`/news/${'x'.repeat(length)}`)).text).toBe('whole');
  });

  test.each([
    ['/', 2048],
    ['/more/', 3072],
    ['/less/', 1024],
  ])('at %s has a body of %d bytes at the most', async (path, size) => {
    const send = async (length: number) => (await front.get(path, { method: 'POST', body: Buffer.alloc(length) })).status;
    expect([await send(size), await send(size + 1)]).toEqual([200, 413]);
  });
});

/** Requests that two servers could read in two ways: nginx refuses them, or hands on what has one meaning. */
import { Front } from './support/front';

let front: Front;
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: shop.example.com\r\n\r\n';
const post = (headers: string, body: string) => `POST /open HTTP/1.1\r\nHost: shop.example.com\r\n${headers}\r\n\r\n${body}`;
const get = (headers: string) => `GET /open HTTP/1.1\r\nHost: shop.example.com\r\n${headers}\r\n\r\n`;

beforeAll(async () => {
  front = await Front.start();
});

describe('is refused, and what follows is not read', () => {
  test.each([
    ['a length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked', `0\r\n\r\n${HIDDEN}`)],
    ['chunks and a length', post('Transfer-Encoding: chunked\r\nContent-Length: 5', `0\r\n\r\n${HIDDEN}`)],
    ['two lengths', post('Content-Length: 0\r\nContent-Length: 49', HIDDEN)],
    ['the same length twice', post('Content-Length: 1\r\nContent-Length: 1', `x${HIDDEN}`)],
    ['a list of lengths', post('Content-Length: 0, 49', HIDDEN)],
    ['a length with a sign', post('Content-Length: +1', `x${HIDDEN}`)],
    ['a negative length', post('Content-Length: -1', HIDDEN)],
    ['a length in hex', post('Content-Length: 0x1', `x${HIDDEN}`)],
    ['a length beyond numbers', post('Content-Length: 18446744073709551617', `x${HIDDEN}`)],
    ['a length that is empty', post('Content-Length:', HIDDEN)],
    ['chunks twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', `0\r\n\r\n${HIDDEN}`)],
    ['chunks among others', post('Transfer-Encoding: identity, chunked', `0\r\n\r\n${HIDDEN}`)],
    ['chunks that are not the last', post('Transfer-Encoding: chunked, gzip', `0\r\n\r\n${HIDDEN}`)],
    ['chunks by another name', post('Transfer-Encoding: xchunked', `0\r\n\r\n${HIDDEN}`)],
    ['chunks with a vertical tab', post('Transfer-Encoding: \x0bchunked', `0\r\n\r\n${HIDDEN}`)],
    ['chunks in HTTP/1.0', post('Transfer-Encoding: chunked', `0\r\n\r\n${HIDDEN}`).replace('HTTP/1.1', 'HTTP/1.0')],
    ['a chunk whose size is no number', post('Transfer-Encoding: chunked', `z\r\nx\r\n0\r\n\r\n${HIDDEN}`)],
    ['a chunk with a sign', post('Transfer-Encoding: chunked', `+1\r\nx\r\n0\r\n\r\n${HIDDEN}`)],
    ['a chunk with 0x', post('Transfer-Encoding: chunked', `0x1\r\nx\r\n0\r\n\r\n${HIDDEN}`)],
    ['a chunk beyond numbers', post('Transfer-Encoding: chunked', `10000000000000001\r\nx\r\n0\r\n\r\n${HIDDEN}`)],
    ['a chunk longer than its size', post('Transfer-Encoding: chunked', `1\r\nxy\r\n0\r\n\r\n${HIDDEN}`)],
    ['a space before the colon', post('Content-Length : 1', `x${HIDDEN}`)],
    ['a header on two lines', get('X-A: b\r\n c')],
    ['a header on two lines, the first', 'GET / HTTP/1.1\r\n X-A: b\r\nHost: shop.example.com\r\n\r\n'],
    ['a header without a name', get(': x')],
    ['a header with a NUL', get('X-A: b\0c')],
    ['a name with a space', get('X A: b')],
    ['a carriage return alone', get('X-A: b\rTransfer-Encoding: chunked')],
    ['a method in small letters', `get / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n${HIDDEN}`],
    ['a path with a NUL', `GET /\0 HTTP/1.1\r\nHost: shop.example.com\r\n\r\n${HIDDEN}`],
    ['a path above the root', `GET /../../etc/passwd HTTP/1.1\r\nHost: shop.example.com\r\n\r\n${HIDDEN}`],
    ['another protocol', `GET / FTP/1.1\r\nHost: shop.example.com\r\n\r\n${HIDDEN}`],
    ['HTTP/2 without its beginning', `GET / HTTP/2.0\r\nHost: shop.example.com\r\n\r\n${HIDDEN}`],
  ])('%s', async (_what, bytes) => {
    const { statuses, closed } = await front.raw(bytes);
    expect(statuses).toEqual([expect.any(Number)]);
    expect([400, 501, 505]).toContain(statuses[0]);
    expect(closed).toBe(true);
    expect(front.upstream().begun).toBe(0);
  });

  test.each(['TRACE', 'CONNECT'])('%s', async (method) => {
    const [answer] = (await front.raw(`${method} / HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n`)).statuses;
    expect([400, 405]).toContain(answer);
    expect(front.upstream().requests).toEqual([]);
  });
});

describe('reaches Django in one form', () => {
  test('lines that end in a line feed alone', async () => {
    const { statuses } = await front.raw('POST /open HTTP/1.1\nHost: shop.example.com\nContent-Length: 1\nConnection: close\n\nx');
    expect(statuses).toEqual([200]);
    expect(front.upstream().requests).toMatchObject([{ url: '/open', all: { 'content-length': ['1'] } }]);
  });

  test('chunks, as a body with a length', async () => {
    await front.raw(post('Transfer-Encoding: chunked\r\nConnection: close', '1;a=b\r\nx\r\n2\r\nyz\r\n0\r\nX-Real-IP: 6.6.6.6\r\n\r\n'));
    expect(front.upstream().requests).toMatchObject([
      { body: Buffer.from('xyz'), all: { 'content-length': ['3'], 'x-real-ip': ['127.0.0.1'] } },
    ]);
    expect(front.upstream().requests[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('headers that the client wants to be dropped on the way: the ones that nginx sets are not', async () => {
    await front.raw(get('Connection: close, X-Forwarded-Proto, X-Real-IP'));
    expect(front.upstream().requests).toMatchObject([{ all: { 'x-forwarded-proto': ['https'], 'x-real-ip': ['127.0.0.1'] } }]);
  });

  test('a body of a GET, and the request after it, as two', async () => {
    await front.raw(`${get('Content-Length: 3').trimEnd()}\r\n\r\nabc${get('Connection: close').replace('/open', '/next')}`);
    expect(front.upstream().requests.map(({ url, body }) => [url, body.toString()])).toEqual([
      ['/open', 'abc'],
      ['/next', ''],
    ]);
  });

  test('no header whose name nginx does not know to be one', async () => {
    await front.raw(get('X@A: 1\r\nX-B: 2\r\nConnection: close'));
    expect(Object.keys(front.upstream().requests[0]?.headers ?? {})).not.toContain('x@a');
    expect(front.upstream().requests[0]?.headers['x-b']).toBe('2');
  });
});

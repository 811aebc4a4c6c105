/** Files that nginx serves itself. */
import { gunzipSync } from 'node:zlib';
import { folder, noise, type Files } from '../support/static-files';
import { Front } from './support/front';

let front: Front;
const TEXTS = ['site.css', 'js/app.js', 'logo.svg', 'data.json', 'with space.txt', 'empty.css'];
const BINARY = 'img/photo.png';
const gzip = { headers: { 'Accept-Encoding': 'gzip, deflate, br' } };
const url = (file: string) => `/static/${encodeURI(file)}`;
const FILES: Files = {
  ...Object.fromEntries(TEXTS.map((file) => [file, file === 'empty.css' ? '' : `/* ${file} */ `.repeat(500)])),
  [BINARY]: noise(5000),
};
const content = (file: string) => Buffer.from(FILES[file] ?? '');

beforeAll(async () => {
  front = await Front.start({ nginx: { static: { maxAge: '1h' } } }, { static: folder(FILES) });
});
afterEach(() => expect(front.upstream().requests).toEqual([]));

describe.each([{ http2: false }, { http2: true }])('%j', (protocol) => {
  test.each(TEXTS)('%s comes compressed to those who take that', async (file) => {
    const answer = await front.get(url(file), { ...gzip, ...protocol });
    expect([answer.status, answer.header('content-encoding')]).toEqual([200, 'gzip']);
    expect(gunzipSync(answer.body).equals(content(file))).toBe(true);
  });

  test.each([...TEXTS, BINARY])('%s comes as it is to others', async (file) => {
    const answer = await front.get(url(file), protocol);
    expect([answer.status, answer.header('content-encoding')]).toEqual([200, undefined]);
    expect(answer.body.equals(content(file))).toBe(true);
  });

  test.each([gzip, {}])('a HEAD has the headers of a GET and no body: %j', async (options) => {
    const [head, get] = [
      await front.get(url('site.css'), { ...options, ...protocol, method: 'HEAD' }),
      await front.get(url('site.css'), { ...options, ...protocol }),
    ];
    const names = ['content-type', 'content-encoding', 'cache-control', 'vary', 'content-length'];
    expect(names.map((name) => head.header(name))).toEqual(names.map((name) => get.header(name)));
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});

test('a cache between keeps the two forms apart', async () => {
  const forms = [await front.get(url('site.css')), await front.get(url('site.css'), gzip)];
  for (const answer of forms) expect(answer.headers('vary')).toEqual(['Accept-Encoding']);
});

test.each([
  ['site.css', 'text/css'],
  ['js/app.js', 'application/javascript'],
  ['logo.svg', 'image/svg+xml'],
  ['data.json', 'application/json'],
  [BINARY, 'image/png'],
])('%s is said to be %s, and nothing else', async (file, type) => {
  const answer = await front.get(url(file));
  expect(answer.header('content-type')).toBe(type);
  expect(answer.headers('x-content-type-options')).toEqual(['nosniff']);
});

test('there is one Cache-Control', async () => {
  const answer = await front.get(url('site.css'), gzip);
  expect(answer.headers('cache-control')).toEqual(['public, max-age=3600']);
  for (const name of ['expires', 'set-cookie']) expect(answer.headers(name)).toEqual([]);
});

test.each([BINARY, 'site.css'])('a part of a file is sent: %s', async (file) => {
  const whole = content(file);
  const answer = await front.get(url(file), { headers: { Range: 'bytes=1000-1999' } });
  expect([answer.status, answer.header('content-range')]).toEqual([206, `bytes 1000-1999/${whole.length}`]);
  expect(answer.body.equals(whole.subarray(1000, 2000))).toBe(true);
  expect((await front.get(url(file), { headers: { Range: 'bytes=90000-' } })).status).toBe(416);
});

test('a file that is not there is 404, and nobody keeps that', async () => {
  const answer = await front.get('/static/no-such.css', gzip);
  expect([answer.status, answer.headers('cache-control')]).toEqual([404, ['no-store']]);
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('a %s is refused', async (method) => {
  expect([404, 405]).toContain((await front.get(url('site.css'), { method })).status);
});

test.each(['/static/', '/static/img/', '/static/img'])('a folder is not listed: %s', async (path) => {
  const { status, text } = await front.get(path);
  expect([301, 403, 404]).toContain(status);
  expect(text).not.toContain('photo');
});

test.each([
  '/static/../../run/secrets/tls/tls.key',
  '/static/%2e%2e/%2e%2e/run/secrets/tls/tls.key',
  '/static/..%2f..%2frun/secrets/tls/tls.key',
  '/static/..;/..;/run/secrets/tls/tls.key',
  '/static/..\\..\\run/secrets/tls/tls.key',
  '/static../secrets/tls/tls.key',
  '/static../static/site.css.gz',
  '/static//run/secrets/tls/tls.key',
  '/static/site.css/',
  '/static/site.css/../../../run/secrets/tls/tls.key',
  '/static/%00/site.css',
  '/%2e/static/../../etc/passwd',
])('nothing outside of the folder is sent: %s', async (path) => {
  const { statuses, text } = await front.raw(`GET ${path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n`);
  // What does not stand below /static/ is for Django, which says who it is.
  const [request] = front.upstream().requests.splice(0);
  if (!request) expect([400, 403, 404]).toContain(statuses[0]);
  expect(text).not.toMatch(/PRIVATE KEY|root:/);
});

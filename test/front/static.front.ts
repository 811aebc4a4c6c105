/** Files that nginx serves itself. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Front } from './support/front';

let front: Front;
const folder = mkdtempSync(join(tmpdir(), 'static-'));
const TEXTS = ['site.css', 'js/app.js', 'logo.svg', 'data.json', 'with space.txt', 'empty.css'];
const BINARY = 'img/photo.png';
const gzip = { headers: { 'Accept-Encoding': 'gzip, deflate, br' } };
const url = (file: string) => `/static/${encodeURI(file)}`;
const content = (file: string) => readFileSync(join(folder, file));

beforeAll(async () => {
  for (const name of ['js', 'img']) mkdirSync(join(folder, name));
  for (const file of TEXTS) writeFileSync(join(folder, file), file === 'empty.css' ? '' : `/* ${file} */ `.repeat(500));
  writeFileSync(join(folder, BINARY), Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256)));
  front = await Front.start({ nginx: { static: { maxAge: '1h' } } }, { static: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));
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

test('a part of a file is sent, where it is stored as it is', async () => {
  const answer = await front.get(url(BINARY), { headers: { Range: 'bytes=1000-1999' } });
  expect([answer.status, answer.header('content-range')]).toEqual([206, 'bytes 1000-1999/5000']);
  expect(answer.body.equals(content(BINARY).subarray(1000, 2000))).toBe(true);
  expect((await front.get(url(BINARY), { headers: { Range: 'bytes=9000-' } })).status).toBe(416);
});

test('of a text that has to be unpacked the whole is sent instead', async () => {
  const answer = await front.get(url('site.css'), { headers: { Range: 'bytes=0-9' } });
  expect([answer.status, answer.body.length]).toEqual([200, content('site.css').length]);
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

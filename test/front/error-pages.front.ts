/** Pages of our own for errors of nginx; those of Django stay as they are. */
import { folder } from '../support/static-files';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';
import type { Answering } from './support/upstream';

const PAGES = { '404': 'Nothing here: Ümläut', '413': 'Too large', '429': 'Too many', '50x': 'Back soon' };
const HTML = 'text/html; charset=utf-8';
const root = folder({
  ...Object.fromEntries(Object.entries(PAGES).map(([name, text]) => [`pages/${name}.html`, text])),
  'static/site.css': 'x',
});
const SETTINGS = {
  django: { media: { storage: '1Gi', path: '/media' } },
  nginx: {
    static: { directory: 'static' },
    uploadLimit: '1Ki',
    timeouts: { response: '60s' },
    errorPages: Object.fromEntries(Object.keys(PAGES).map((name) => [name, `pages/${name}.html`])),
    limits: { requests: { rate: '1/m', burst: 0 } },
    locations: [
      { path: '/free/', limits: false },
      { path: '/slow/', limits: false, timeout: '1s' },
    ],
  },
};

let front: Front;
/** What Django does at the one address that has no limit. */
const answering = (answer: Answering, options: RequestOptions = {}) => {
  front.upstream().answer = answer;
  return front.get('/free/', options);
};

/** All that is said of an error: status, page, its type, and that nobody keeps it. */
async function said(path: string, options: RequestOptions = {}) {
  const answer = await front.get(path, options);
  expect(answer.headers('cache-control')).toEqual(['no-store']);
  expect(answer.headers('content-type')).toEqual([HTML]);
  expect(answer.headers('x-content-type-options')).toEqual(['nosniff']);
  for (const name of ['etag', 'last-modified', 'accept-ranges']) expect(answer.headers(name)).toEqual([]);
  return { status: answer.status, text: answer.text, retry: answer.headers('retry-after') };
}

beforeAll(async () => {
  front = await Front.start(SETTINGS, { root });
});

describe.each([{ http2: false }, { http2: true }])('%j', (protocol) => {
  test.each(['/static/no-such.css', '/media/no-such.png'])('404, for a file: %s', async (path) => {
    expect(await said(path, protocol)).toEqual({ status: 404, text: PAGES['404'], retry: [] });
    expect(front.upstream().requests).toEqual([]);
  });

  test('413, for a body above the limit, which Django does not see', async () => {
    const answer = await said('/free/', { ...protocol, method: 'POST', body: 'x'.repeat(1025) });
    expect(answer).toEqual({ status: 413, text: PAGES['413'], retry: [] });
    expect(front.upstream().requests).toEqual([]);
  });

  test('429, for a request above the limit, with the time to come again', async () => {
    const from = protocol.http2 ? '203.0.113.1' : '203.0.113.2';
    expect((await front.get('/', { ...protocol, from })).status).toBe(200);
    expect(await said('/', { ...protocol, from })).toEqual({ status: 429, text: PAGES['429'], retry: ['60'] });
    expect(await said('/', { ...protocol, from, method: 'POST', body: 'x' })).toMatchObject({ status: 429, text: PAGES['429'] });
  });

  test('502, when Django ends in the middle', async () => {
    front.upstream().answer = (_request, response) => response.socket?.destroy();
    expect(await said('/free/', protocol)).toEqual({ status: 502, text: PAGES['50x'], retry: [] });
    expect(await said('/free/', { ...protocol, method: 'POST', body: 'x' })).toMatchObject({ status: 502, text: PAGES['50x'] });
  });

  test('504, when it does not answer in time', async () => {
    front.upstream().answer = () => undefined;
    expect(await said('/slow/', protocol)).toEqual({ status: 504, text: PAGES['50x'], retry: [] });
  });

  test('a HEAD has the headers alone', async () => {
    const answer = await front.get('/static/no-such.css', { ...protocol, method: 'HEAD' });
    expect([answer.status, answer.body.length, answer.header('content-type')]).toEqual([404, 0, HTML]);
  });
});

test('413, for a body that is sent to a file', async () => {
  expect(await said('/static/site.css', { method: 'POST', body: 'x'.repeat(1025) })).toMatchObject({ status: 413, text: PAGES['413'] });
});

test('413, for a body that does not say how long it is', async () => {
  const chunked = { method: 'POST', body: 'x'.repeat(5000), headers: { 'Transfer-Encoding': 'chunked' } };
  expect(await said('/free/', chunked)).toMatchObject({ status: 413, text: PAGES['413'] });
});

test.each([404, 413, 429, 500, 502, 503, 504])("Django's own %d is Django's own", async (status) => {
  const answer = await answering((_request, response) =>
    response.writeHead(status, { 'X-Own': 'yes', 'Retry-After': '7' }).end('of Django'),
  );
  expect([answer.status, answer.text, answer.header('x-own'), answer.headers('retry-after')]).toEqual([status, 'of Django', 'yes', ['7']]);
  expect(answer.headers('cache-control')).toEqual([]);
});

test('the log has the status and the path that were asked for', async () => {
  await front.get('/static/no-such.css');
  expect(await front.log()).toMatchObject([{ status: '404', uri: '/static/no-such.css' }]);
});

test.each(['/@pages/404.html', '/@pages/50x.html', '/%40pages/413.html', '/@pages/'])('pages cannot be asked for: %s', async (path) => {
  const { status, text } = await front.get(path);
  expect(status).toBe(404);
  for (const page of Object.values(PAGES)) expect(text).not.toBe(page);
  expect(front.upstream().requests).toEqual([]);
});

test.each([
  '/media../secrets/tls/tls.key',
  '/media/..%2f..%2frun/secrets/tls/tls.key',
  '/media/%2e%2e/pages/404.html',
  '/@pages/../../run/secrets/tls/tls.key',
  '/media/..%2f..%2f..%2f..%2fetc/passwd',
])('nothing outside of a folder is sent: %s', async (path) => {
  const { statuses, text } = await front.raw(`GET ${path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n`);
  // What does not stand below a folder is for Django, which says who it is.
  expect([200, 400, 404, 429]).toContain(statuses[0]);
  expect(text).not.toMatch(/PRIVATE KEY|root:/);
  if (statuses[0] === 200) expect(text).toContain('127.0.1.1');
});

test('conditions and parts that are asked for do not change an error', async () => {
  const headers = { 'If-None-Match': '*', 'If-Modified-Since': 'Sun, 22 Nov 2026 00:00:00 GMT', Range: 'bytes=0-1' };
  expect(await said('/static/no-such.css', { headers })).toEqual({ status: 404, text: PAGES['404'], retry: [] });
});

test('without Django at all its visitors get the page, and files are served', async () => {
  await front.upstream().stop();
  expect(await said('/free/')).toEqual({ status: 502, text: PAGES['50x'], retry: [] });
  expect((await front.get('/static/site.css')).status).toBe(200);
});

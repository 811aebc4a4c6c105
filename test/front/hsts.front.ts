/** Strict-Transport-Security: once on every answer by HTTPS, and never without TLS. */
import { join } from 'node:path';
import { folder } from '../support/static-files';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

let front: Front;
const VALUE = 'max-age=31536000; includeSubDomains';
const said = async (path: string, options: RequestOptions = {}) => {
  const answer = await front.get(path, options);
  return [answer.status, answer.headers('strict-transport-security')];
};

beforeAll(async () => {
  const root = folder({ 'static/site.css': 'body {}', 'static/photo.png': Buffer.alloc(100), 'error.html': '<p>sorry</p>' });
  front = await Front.start(
    {
      django: { media: { storage: '1Gi', path: '/media' } },
      nginx: {
        service: { type: 'LoadBalancer' },
        tls: { hsts: { maxAge: '365d', includeSubDomains: true } },
        redirects: [{ from: ['old.example.com'], to: 'shop.example.com' }],
        errorPages: { 404: 'error.html', 413: 'error.html' },
        uploadLimit: '1Ki',
        cacheStore: {},
        locations: [
          { path: '/closed/', access: { allow: ['192.0.2.0/24'] } },
          { path: '/cached/', cache: { valid: { 200: '1m' } } },
        ],
      },
    },
    { static: join(root, 'static') },
  );
});

test.each([
  ['a page', 200, '/', {}],
  ['a page by HTTP/2', 200, '/', { http2: true }],
  ['a static file', 200, '/static/site.css', {}],
  ['part of one', 206, '/static/photo.png', { headers: { Range: 'bytes=0-1' } }],
  ['a static file that is not there', 404, '/static/not.css', {}],
  ['an uploaded file that is not there', 404, '/media/not.pdf', {}],
  ['a closed page', 403, '/closed/', {}],
  ['a body too large', 413, '/', { method: 'POST', body: 'x'.repeat(2000) }],
  ['a request that is refused whole', 400, '/a/../b', {}],
  ['an old name', 308, '/', { host: 'old.example.com' }],
])('%s has it', async (_what, status, path, options) => {
  expect(await said(path, options)).toEqual([status, [VALUE]]);
});

test.each([404, 500])("a page of Django's with status %d has it", async (status) => {
  front.upstream().answer = (_request, response) => response.writeHead(status).end();
  expect(await said('/')).toEqual([status, [VALUE]]);
});

test('a page that Django does not answer has it', async () => {
  front.upstream().answer = (_request, response) => response.socket?.destroy();
  expect(await said('/')).toEqual([502, [VALUE]]);
});

test.each(['max-age=60', 'max-age=0'])("it takes the place of Django's own, in the cache too: %s", async (own) => {
  front.upstream().answer = (_request, response) => response.setHeader('Strict-Transport-Security', own).end('x');
  expect(await said('/')).toEqual([200, [VALUE]]);
  for (let visit = 0; visit < 2; visit += 1) expect(await said(`/cached/${own}`)).toEqual([200, [VALUE]]);
});

test.each([{ host: 'old.example.com' }, { host: 'shop.example.com' }])('without TLS nobody is told: %j', async (options) => {
  expect(await said('/', { ...options, http: true })).toEqual([308, []]);
});

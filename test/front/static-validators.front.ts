/** ETag and Last-Modified of static files, by which browsers and caches ask whether theirs is still right. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { folder } from '../support/static-files';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

const TEXT = 'body { color: red }\n'.repeat(200);
const HASHED = 'site.0123456789ab.css';
const IMAGE = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256));
const files = folder({ 'site.css': TEXT, [HASHED]: TEXT, 'photo.png': IMAGE, 'empty.css': '' });
const gzip = { 'Accept-Encoding': 'gzip' };
const PATHS = ['/static/site.css', '/static/photo.png', '/static/empty.css', `/static/${HASHED}`];

let front: Front;
const get = (path: string, headers = {}, options: RequestOptions = {}) => front.get(path, { headers, ...options });
const validators = async (path: string, headers = {}) => {
  const answer = await get(path, headers);
  return [answer.status, answer.header('etag'), answer.header('last-modified')];
};
const start = () => Front.start({}, { static: files });

beforeAll(async () => {
  front = await start();
});

test.each(PATHS)('there is one of each, and a date in the past: %s', async (path) => {
  for (const headers of [{}, gzip]) {
    const answer = await get(path, headers);
    expect(answer.headers('etag')).toEqual([expect.stringMatching(/^(?:W\/)?"[0-9a-f-]+"$/)]);
    expect(answer.headers('last-modified')).toHaveLength(1);
    expect(Date.parse(answer.header('last-modified') ?? '')).toBeLessThan(Date.UTC(2002, 0));
  }
});

test('a text has another ETag for those who get it unpacked: the bytes are others', async () => {
  const [packed, plain] = [await get('/static/site.css', gzip), await get('/static/site.css')];
  expect(gunzipSync(packed.body).toString()).toBe(plain.text);
  expect(packed.header('last-modified')).toBe(plain.header('last-modified'));
  expect(packed.header('etag')).not.toBe(plain.header('etag'));
});

describe('another pod', () => {
  test('says the same, whenever it started and whatever the times of its files', async () => {
    const all = () => Promise.all(PATHS.flatMap((path) => [validators(path), validators(path, gzip)]));
    const before = await all();
    for (const name of ['site.css', 'photo.png']) utimesSync(join(files, name), 1, 1);
    front = await start();
    expect(await all()).toEqual(before);
  });

  test('says something else once the content is another, even of the same length', async () => {
    const [image, text] = [await get('/static/photo.png'), await get('/static/site.css', gzip)];
    writeFileSync(join(files, 'photo.png'), Buffer.from(IMAGE).fill(1, 0, 1));
    writeFileSync(join(files, 'site.css'), TEXT.replace('red', 'tan'));
    front = await start();
    const headers = (answer: typeof image) => ({
      'If-None-Match': answer.header('etag'),
      'If-Modified-Since': answer.header('last-modified'),
    });
    expect((await get('/static/photo.png', headers(image))).status).toBe(200);
    expect((await get('/static/photo.png', { 'If-Modified-Since': image.header('last-modified') })).status).toBe(200);
    expect((await get('/static/site.css', { ...gzip, ...headers(text) })).status).toBe(200);
    writeFileSync(join(files, 'photo.png'), IMAGE);
    writeFileSync(join(files, 'site.css'), TEXT);
    front = await start();
    expect((await get('/static/photo.png', headers(image))).status).toBe(304);
  });
});

describe('who has the newest is told so', () => {
  test.each(['GET', 'HEAD'])('by ETag, to %s', async (method) => {
    for (const path of PATHS) {
      for (const headers of [{}, gzip]) {
        const [, etag = ''] = await validators(path, headers);
        for (const known of [etag, `"other", ${etag}`, `W/"x",${etag}, "y"`, `${etag}`.replace(/^(?!W)/, 'W/'), '*']) {
          const answer = await get(path, { ...headers, 'If-None-Match': known }, { method });
          expect([path, known, answer.status, answer.body.length]).toEqual([path, known, 304, 0]);
        }
      }
    }
  });

  test('by date', async () => {
    for (const path of PATHS) {
      const [, , date = ''] = await validators(path);
      expect((await get(path, { 'If-Modified-Since': date })).status).toBe(304);
    }
  });

  test('and how long it may be kept from now on, and what it depends on', async () => {
    for (const headers of [{}, gzip]) {
      const [, etag] = await validators('/static/site.css', headers);
      const answer = await get('/static/site.css', { ...headers, 'If-None-Match': etag });
      expect(answer.headers('cache-control')).toEqual(['public, max-age=86400']);
      expect(answer.headers('vary')).toEqual(['Accept-Encoding']);
      expect(answer.headers('etag')).toHaveLength(1);
      expect(answer.headers('content-length')).toEqual([]);
    }
    const [, etag] = await validators(`/static/${HASHED}`);
    const answer = await get(`/static/${HASHED}`, { 'If-None-Match': etag });
    expect(answer.headers('cache-control')).toEqual(['public, max-age=31536000, immutable']);
  });
});

test.each([
  { 'If-None-Match': '"other"' },
  { 'If-None-Match': 'W/"other", "another"' },
  { 'If-Modified-Since': 'Sun, 22 Nov 2026 00:00:00 GMT' },
  { 'If-Modified-Since': 'nonsense' },
  { 'If-None-Match': '"other"', 'If-Modified-Since': 'Sun, 22 Nov 2026 00:00:00 GMT' },
])('who has another gets the file: %j', async (headers) => {
  for (const path of PATHS) expect((await get(path, headers)).status).toBe(200);
});

test('an ETag counts for more than a date', async () => {
  const [, , date] = await validators('/static/photo.png');
  expect((await get('/static/photo.png', { 'If-None-Match': '"other"', 'If-Modified-Since': date })).status).toBe(200);
});

test.each([
  ['If-Match', '"other"'],
  ['If-Unmodified-Since', 'Sun, 22 Nov 1970 00:00:00 GMT'],
])('who wants a certain one is refused another: %s', async (name, value) => {
  expect((await get('/static/photo.png', { [name]: value })).status).toBe(412);
});

describe('a part', () => {
  const range = { Range: 'bytes=1000-1999' };

  test('comes to who has the rest of the same file, by ETag or date', async () => {
    const [, etag, date] = await validators('/static/photo.png');
    for (const known of [etag, date]) {
      const answer = await get('/static/photo.png', { ...range, 'If-Range': known });
      expect([answer.status, answer.header('content-range')]).toEqual([206, 'bytes 1000-1999/5000']);
      expect(answer.body.equals(IMAGE.subarray(1000, 2000))).toBe(true);
    }
  });

  test('does not come to who has the rest of another: that gets the whole', async () => {
    for (const known of ['"other"', 'Sun, 22 Nov 2026 00:00:00 GMT', 'W/"weak"']) {
      const answer = await get('/static/photo.png', { ...range, 'If-Range': known });
      expect([answer.status, answer.body.length]).toEqual([200, IMAGE.length]);
    }
  });

  test('of a compressed text is a part of what is sent, and goes on where the ETag is the same', async () => {
    const whole = await get('/static/site.css', gzip);
    const rest = await get('/static/site.css', { ...gzip, Range: 'bytes=10-', 'If-Range': whole.header('etag') });
    expect([rest.status, rest.header('content-encoding')]).toEqual([206, 'gzip']);
    expect(gunzipSync(Buffer.concat([whole.body.subarray(0, 10), rest.body])).toString()).toBe(TEXT);
  });

  test('of an unpacked text is never put to a compressed one', async () => {
    const [, etag] = await validators('/static/site.css', gzip);
    const answer = await get('/static/site.css', { Range: 'bytes=10-', 'If-Range': etag });
    expect([answer.status, answer.text]).toEqual([200, TEXT]);
  });

  test('that is not there is refused, with the size', async () => {
    const answer = await get('/static/photo.png', { Range: 'bytes=9000-' });
    expect([answer.status, answer.header('content-range')]).toEqual([416, 'bytes */5000']);
  });
});

/** Files of this release and those before it, from wherever they come. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { folder } from '../support/static-files';
import { Front } from './support/front';

const TEXT = 'body { color: red }\n'.repeat(200);
const YEAR = ['public, max-age=31536000, immutable'];
const gzip = { headers: { 'Accept-Encoding': 'gzip' } };
const RELEASES = {
  now: { 'site.css': 'new', 'site.aaaaaaaaaaaa.css': TEXT, 'js/app.js': TEXT },
  old: {
    'site.css': 'old',
    'site.bbbbbbbbbbbb.css': TEXT,
    'js/deep/app.min.cccccccccccc.js': 'c',
    'gone.css': 'gone',
    'logo.dddddddddddd.png': 'd',
  },
  older: { 'site.bbbbbbbbbbbb.css': 'never so', 'LICENSE.eeeeeeeeeeee': 'e' },
};
const below = (path: string, files: object) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, text as string]));
const PREVIOUS = ['site.bbbbbbbbbbbb.css', 'js/deep/app.min.cccccccccccc.js', 'logo.dddddddddddd.png', 'LICENSE.eeeeeeeeeeee'];

let front: Front;
const get = (file: string, options = {}) => front.get(`/static/${file}`, options);

const fromConfigMaps = () => {
  const root = folder(Object.assign({}, ...Object.entries(RELEASES).map(([name, files]) => below(name, files))) as Record<string, string>);
  return Front.start({ nginx: { static: { directory: 'now', previous: ['old', 'older'] } } }, { root });
};

const fromImages = () => {
  const images = Object.fromEntries(
    Object.entries(RELEASES).map(([name, files]) => [`team/static:${name}`, folder(below('files', files))]),
  );
  const { 'team/static:now': release = '' } = images;
  writeFileSync(join(release, 'files/made.css'), TEXT);
  writeFileSync(join(release, 'files/made.css.gz'), gzipSync('made before'));
  const previousImages = ['team/static:old', 'team/static:older'];
  return Front.start({ nginx: { static: { image: { name: 'team/static:now', path: '/files' }, previousImages } } }, { images });
};

describe.each([
  ['ConfigMaps', fromConfigMaps],
  ['images', fromImages],
])('from %s', (_source, start) => {
  beforeAll(async () => {
    front = await start();
  });
  afterEach(() => expect(front.upstream().requests).toEqual([]));

  test.each(PREVIOUS)('pages of earlier releases find their files, to keep for ever: %s', async (file) => {
    const answer = await get(file);
    expect([answer.status, answer.headers('cache-control')]).toEqual([200, YEAR]);
    expect(answer.headers('etag')).toHaveLength(1);
  });

  test('a file that several releases have is that of the newest', async () => {
    expect((await get('site.css')).text).toBe('new');
    expect((await get('site.bbbbbbbbbbbb.css')).text).toBe(TEXT);
  });

  test('files of earlier releases without a hash are gone, and nobody keeps that', async () => {
    const answer = await get('gone.css');
    expect([answer.status, answer.headers('cache-control')]).toEqual([404, ['no-store']]);
  });

  test.each([
    ['site.aaaaaaaaaaaa.css', YEAR],
    ['js/app.js', ['public, max-age=86400']],
  ])('files of this release are kept as long as their name allows: %s', async (file, kept) => {
    const [plain, packed] = [await get(file), await get(file, gzip)];
    for (const answer of [plain, packed]) {
      expect([answer.status, answer.headers('cache-control'), answer.headers('vary')]).toEqual([200, kept, ['Accept-Encoding']]);
    }
    expect(plain.text).toBe(TEXT);
    expect([packed.header('content-encoding'), gunzipSync(packed.body).toString()]).toEqual(['gzip', TEXT]);
  });

  test.each(['.previous-1/gone.css', '.previous-1/site.bbbbbbbbbbbb.css', '..data/site.css'])(
    'nothing else lies about: %s',
    async (file) => {
      expect((await get(file)).status).toBe(404);
    },
  );
});

describe('from an image', () => {
  beforeAll(async () => {
    front = await fromImages();
  });

  test('a compressed form that an image has is the one that is sent', async () => {
    expect(gunzipSync((await get('made.css', gzip)).body).toString()).toBe('made before');
    expect((await get('made.css')).text).toBe(TEXT);
  });

  test('a part of a text of an image comes unpacked too', async () => {
    const answer = await get('js/app.js', { headers: { Range: 'bytes=5-9' } });
    expect([answer.status, answer.text]).toEqual([206, TEXT.slice(5, 10)]);
  });
});

describe('from a claim', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { static: { claim: 'shop-files' } } });
    for (const [name, content] of [
      ['site.css', TEXT],
      ['site.css.gz', gzipSync(TEXT)],
      ['.secret', 'x'],
    ] as const)
      writeFileSync(join(front.volume('static'), name), content);
  });

  test('files are served as they are, with the compressed forms that are there', async () => {
    const [plain, packed] = [await get('site.css'), await get('site.css', gzip)];
    expect([plain.text, packed.header('content-encoding'), gunzipSync(packed.body).toString()]).toEqual([TEXT, 'gzip', TEXT]);
    expect((await get('site.css', { headers: { 'If-None-Match': plain.header('etag') } })).status).toBe(304);
  });

  test('names that begin with a dot are not', async () => {
    const answer = await get('.secret');
    expect([answer.status, answer.headers('cache-control')]).toEqual([404, ['no-store']]);
  });
});

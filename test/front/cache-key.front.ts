/** Keys of other parts than host and URL hold what Django goes by, and Django goes by what they hold. */
import { cookie, visit as ask } from './support/django';
import { Front } from './support/front';
import type { Answering } from './support/upstream';

let front: Front;
const SITE = 'shop.example.com';
const visit = (path: string, headers: Readonly<Record<string, string>> = {}) => ask(front, path, headers);

beforeAll(async () => {
  const key = ['host', 'path', 'argument:page', 'cookie:lang', 'header:X-Lang'];
  front = await Front.start({ nginx: { locations: [{ path: '/parts/', cache: { valid: { '200': '1h' }, key } }] } });
});

describe('a key of other parts', () => {
  /** What Django makes of them. */
  const parts: Answering = (request, response) => {
    const query = new URLSearchParams(request.url.split('?')[1]);
    const said = [request.url, query.get('page'), cookie(request, 'lang'), request.all['x-lang']?.join(',')];
    response.end(said.map((part) => part ?? '-').join(' '));
  };
  const text = async (path: string, headers: Readonly<Record<string, string>> = {}) => (await visit(path, headers)).replace(/^\S+ /, '');

  beforeEach(() => (front.upstream().answer = parts));

  test('tells answers apart by them, and by nothing else', async () => {
    expect(await visit('/parts/a?page=1')).toBe('MISS /parts/a?page=1 1 - -');
    expect(await visit('/parts/a?page=2')).toBe('MISS /parts/a?page=2 2 - -');
    expect(await visit('/parts/a?page=2', { Cookie: 'lang=de' })).toBe('MISS /parts/a?page=2 2 de -');
    expect(await visit('/parts/a?page=2', { Cookie: 'lang=de', 'X-Lang': 'fr' })).toBe('MISS /parts/a?page=2 2 de fr');
    expect(await visit('/parts/a?page=2', { Cookie: 'x=y; lang=de', 'X-Lang': 'fr' })).toBe('HIT /parts/a?page=2 2 de fr');
    expect(await visit('/parts/a?utm=x&page=2')).toBe('HIT /parts/a?page=2 2 - -');
    expect(await visit('/parts/a')).toBe('MISS /parts/a - - -');
    expect(await visit('/parts/a?utm=x')).toBe('HIT /parts/a - - -');
  });

  test.each(['page=1&page=2', '%70age=2', 'page=1;page=2', 'page=1%26page=2', 'x=y&page=1&evil=1', 'page=&page=2'])(
    'cannot be got past by an argument: %s',
    async (query) => {
      const path = `/parts/${encodeURIComponent(query)}`;
      await visit(`${path}?${query}`);
      expect(await text(`${path}?page=1`)).toMatch(/\?page=1 1 /);
      expect(await text(path)).toMatch(/ - - -$/);
    },
  );

  test.each([
    [['lang=en; lang=de']],
    [['lang=de; LANG=en']],
    [['lang =de']],
    [['lang=']],
    [['lang']],
    [['lang=en', 'lang=de']],
    [['x=y', 'lang=de']],
  ])('cannot be got past by cookies: %j', async (fields) => {
    const path = `/parts/cookie/${encodeURIComponent(fields.join())}`;
    const lines = fields.map((field) => `Cookie: ${field}\r\n`).join('');
    expect((await front.raw(`GET ${path} HTTP/1.1\r\nHost: ${SITE}\r\n${lines}Connection: close\r\n\r\n`)).statuses).toEqual([200]);
    expect(await text(path)).toMatch(/ - - -$/);
    expect(await text(path, { Cookie: 'lang=en' })).toMatch(/ - en -$/);
    expect(await text(path, { Cookie: 'lang=de' })).toMatch(/ - de -$/);
  });

  test('cannot be got past by one part in the place of another', async () => {
    await visit('/parts/shift', { Cookie: 'lang=de', 'X-Lang': 'fr' });
    expect(await text('/parts/shift', { 'X-Lang': '=de fr' })).toMatch(/ - - =de fr$/);
    expect(await text('/parts/shift', { Cookie: 'lang=de fr' })).toMatch(/ - de fr -$/);
    await visit('/parts/empty', { 'X-Lang': '' });
    expect(await text('/parts/empty')).toMatch(/ - - -$/);
  });

  test('cannot be got past by a path that is spelled in another way', async () => {
    for (const path of ['/parts//spelled', '/parts/x/../spelled', '/parts/%73pelled', '/parts/spelled%3Fpage=1'])
      await front.raw(`GET ${path} HTTP/1.1\r\nHost: ${SITE}\r\nConnection: close\r\n\r\n`);
    expect(await text('/parts/spelled')).toBe('/parts/spelled - - -');
  });
});

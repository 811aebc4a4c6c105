/** No visitor gets the page of a user of Django. */
import { cookie, echo, visit as ask } from './support/django';
import { Front } from './support/front';
import type { Answering } from './support/upstream';

let front: Front;
const visit = (path: string, headers: Readonly<Record<string, string>> = {}) => ask(front, path, headers);

/** A page for each user, by the session; a careless one, that does not say so in `Vary`. */
const members: Answering = (request, response) => response.end(`page of ${cookie(request, 'sessionid') ?? 'nobody'}`);

beforeAll(async () => {
  const valid = { '200': '1h' };
  const locations = [
    { path: '/news/', cache: { valid } },
    { path: '/host-cookie/', cache: { valid, bypass: ['cookie:__Host-sessionid', 'argument:preview'] } },
    { path: '/closed/', cache: { valid }, access: { basicAuth: { secretName: 'users' } } },
  ];
  const secrets = { users: { htpasswd: 'ann:{PLAIN}word\nbob:{PLAIN}word\n' } };
  front = await Front.start({ nginx: { locations } }, { secrets });
});

describe('a page of a user', () => {
  test.each([
    ['one cookie', 'sessionid=ann'],
    ['among others', 'a=b; sessionid=ann; c=d'],
    ['without a space', 'a=b;sessionid=ann'],
    ['with more spaces', 'a=b ;  sessionid = ann'],
    ['behind an empty one', 'sessionid=; sessionid=ann'],
    ['behind a 0', 'sessionid=0; sessionid=ann'],
    ['behind another in capitals', 'SESSIONID=x; sessionid=ann'],
  ])('is not kept, nor taken from what is kept: %s', async (what, header) => {
    front.upstream().answer = members;
    const path = `/news/user/${what.replaceAll(' ', '-')}`;
    expect(await visit(path, { Cookie: header })).toBe('BYPASS page of ann');
    expect(await visit(path)).toBe('MISS page of nobody');
    expect(await visit(path)).toBe('HIT page of nobody');
    expect(await visit(path, { Cookie: header })).toBe('BYPASS page of ann');
    expect(await visit(path)).toBe('HIT page of nobody');
  });

  test('is not kept when its cookies come in several fields of HTTP/2', async () => {
    front.upstream().answer = members;
    const options = { http2: true, headers: { Cookie: ['a=b', 'sessionid=ann'] } };
    expect((await front.get('/news/user/http2', options)).header('X-Cache')).toBe('BYPASS');
    expect(await visit('/news/user/http2')).toBe('MISS page of nobody');
  });

  test('is kept for nobody that has another cookie of that ending', async () => {
    front.upstream().answer = members;
    expect(await visit('/news/user/ending', { Cookie: 'xsessionid=ann; a=sessionid' })).toBe('MISS page of nobody');
    expect(await visit('/news/user/ending', { Cookie: 'xsessionid=bob' })).toBe('HIT page of nobody');
  });

  test.each([
    ['/news/auth', { Authorization: 'Token ann' }],
    ['/news/message', { Cookie: 'messages=saved' }],
    ['/news/language', { Cookie: 'django_language=de' }],
    ['/host-cookie/', { Cookie: '__Host-sessionid=ann' }],
    ['/host-cookie/preview?preview=1', {}],
  ])('is not kept by what else tells users apart: %s', async (path, headers: Record<string, string>) => {
    front.upstream().answer = echo;
    expect(await visit(path, headers)).toMatch(/^BYPASS /);
    expect(await visit(path.replace(/\?.*/, ''))).toMatch(/^MISS /);
    expect(await visit(path, headers)).toMatch(/^BYPASS /);
  });

  test('is not kept when Django gives a cookie with it', async () => {
    let count = 0;
    front.upstream().answer = (_request, response) => response.setHeader('Set-Cookie', `sessionid=${(count += 1)}`).end('welcome');
    const answers = [await front.get('/news/set-cookie'), await front.get('/news/set-cookie')];
    expect(answers.map((answer) => answer.headers('Set-Cookie'))).toEqual([['sessionid=1'], ['sessionid=2']]);
  });

  test('is kept apart by what Django names in Vary', async () => {
    front.upstream().answer = (request, response) => response.setHeader('Vary', 'Cookie').end(`cart of ${cookie(request, 'cart') ?? '-'}`);
    expect(await visit('/news/vary', { Cookie: 'cart=ann' })).toBe('MISS cart of ann');
    expect(await visit('/news/vary', { Cookie: 'cart=bob' })).toBe('MISS cart of bob');
    expect(await visit('/news/vary')).toBe('MISS cart of -');
    expect(await visit('/news/vary', { Cookie: 'cart=bob' })).toMatch(/ cart of bob$/);
    expect(await visit('/news/vary', { Cookie: 'cart=ann' })).toMatch(/ cart of ann$/);
    front.upstream().answer = ({ headers }, response) =>
      response.setHeader('Vary', 'Accept-Language').end(headers['accept-language'] ?? 'none');
    expect(await visit('/news/vary-language', { 'Accept-Language': 'de' })).toBe('MISS de');
    expect(await visit('/news/vary-language', { 'Accept-Language': 'en' })).toBe('MISS en');
    front.upstream().answer = (_request, response) => response.setHeader('Vary', '*').end();
    expect([await visit('/news/vary-all'), await visit('/news/vary-all')]).toEqual(['MISS ', 'MISS ']);
  });

  test('that Nginx has let in by a password is kept, for those alone whom it lets in', async () => {
    front.upstream().answer = echo;
    const as = (name: string) => ({ Authorization: `Basic ${Buffer.from(`${name}:word`).toString('base64')}` });
    expect(await visit('/closed/', as('ann'))).toMatch(/^MISS (?!.*authorization)/i);
    expect(await visit('/closed/', as('bob'))).toMatch(/^HIT (?!.*authorization)/i);
    expect((await front.get('/closed/')).status).toBe(401);
  });
});

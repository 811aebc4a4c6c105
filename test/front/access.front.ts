/** Who comes in: by address, by password, by both or either. */
import type { Answer, RequestOptions } from './support/client';
import { Front } from './support/front';
import { as, login, madePassword } from './support/password';

let front: Front;
let password: string;

const OFFICE = '203.0.113.7';
const HOME = '198.51.100.7';
/** Another proxy, which says whom it brings. */
const PROXY = '10.9.8.7';
const by = (address: string): RequestOptions => ({ from: PROXY, headers: { 'X-Forwarded-For': address } });
/** Django has not heard of it. */
const isClosed = (answer: Answer, expected: number) => {
  expect(answer.status).toBe(expected);
  expect(front.upstream().requests).toEqual([]);
};

const allow = ['203.0.113.0/24', '2001:db8::/32'];
const deny = ['203.0.113.128/25', '2001:db8:bad::/48'];
const NGINX = {
  realIp: { from: ['10.0.0.0/8'] },
  locations: [
    { path: '/office/', access: { allow, deny } },
    { path: '/banned/', access: { deny: ['198.51.100.0/24', '2001:db8:bad::/48'] } },
    { path: '/staff/', access: { basicAuth: { realm: 'Staff only' } } },
    { path: '/both/', access: { allow, deny, basicAuth: {} } },
    { path: '/either/', access: { allow, deny, basicAuth: {}, satisfy: 'any' } },
    { path: '/slow/', access: { basicAuth: {} }, limits: { requests: { rate: '1/m', burst: 2 } } },
    { path: '/one', match: 'exact', access: { allow } },
  ],
};

beforeAll(async () => {
  const made = await madePassword();
  password = made.password;
  front = await Front.start({ nginx: NGINX }, { secrets: made.secrets });
});

describe('that names addresses', () => {
  test.each([
    ['one of them', 200, { from: OFFICE }],
    ['the last of them', 200, { from: '203.0.113.127' }],
    ['one that is denied all the same', 403, { from: '203.0.113.128' }],
    ['another', 403, { from: HOME }],
    ['the one before', 403, { from: '203.0.112.255' }],
    ['one of IPv6', 200, by('2001:db8::7')],
    ['the last one of IPv6', 200, by('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff')],
    ['one of IPv6 that is denied all the same', 403, by('2001:db8:bad::7')],
    ['another of IPv6', 403, by('2001:db9::7')],
  ])('answers %s with %d', async (_who, expected, options) => {
    expect(await front.status('/office/a', options)).toBe(expected);
    expect(front.upstream().requests).toHaveLength(expected === 200 ? 1 : 0);
  });

  test.each([
    [403, { from: HOME }],
    [200, { from: OFFICE }],
    [403, by('2001:db8:bad::7')],
    [200, by('2001:db8::7')],
  ])('as those that may not come in, answers %d to %j', async (expected, options) => {
    expect(await front.status('/banned/', options)).toBe(expected);
  });

  test('holds for its path alone', async () => {
    expect(await front.status('/one', { from: HOME })).toBe(403);
    expect(await front.status('/one/', { from: HOME })).toBe(200);
    expect(await front.status('/', { from: HOME })).toBe(200);
    expect(await front.status('/officer', { from: HOME })).toBe(200);
  });

  test.each(['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PURGE'])('is closed to the method %s too', async (method) => {
    isClosed(await front.get('/office/', { from: HOME, method }), 403);
  });
});

describe('with a password', () => {
  test('asks for it, by the name that the file gives', async () => {
    const answer = await front.get('/staff/');
    isClosed(answer, 401);
    expect(answer.header('www-authenticate')).toBe('Basic realm="Staff only"');
  });

  test('lets in who knows what `npm run secrets` has made', async () => {
    expect(await front.status('/staff/', as(password))).toBe(200);
    expect(await front.status('/staff/', { ...as(password), http2: true })).toBe(200);
  });

  test('keeps it from Django, and leaves headers of other locations alone', async () => {
    await front.get('/staff/', as(password));
    await front.get('/', { headers: { Authorization: 'Token abc' } });
    expect(front.upstream().requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Token abc']);
  });

  test('keeps others out', async () => {
    const wrong = [`${password}x`, password.slice(1), '', password.toUpperCase(), `${password}\n`].map((word) => as(word));
    const headers = [login('root', password), login('', password), 'Basic', 'Basic !!!', `Bearer ${password}`];
    for (const options of [...wrong, ...headers.map((Authorization) => ({ headers: { Authorization } }))])
      isClosed(await front.get('/staff/', options), 401);
  });
});

test('that has limits answers whoever guesses, once they are reached, without a look at the password', async () => {
  const guesses = ['a', 'b', 'c', password];
  const statuses = [];
  for (const guess of guesses) statuses.push(await front.status('/slow/', as(guess)));
  expect(statuses).toEqual([401, 401, 401, 429]);
});

test.each([
  ['/both/', 200, 403, 401, 403],
  ['/either/', 200, 200, 200, 401],
])('%s with addresses and a password', async (path, both, known, near, neither) => {
  expect(await front.status(path, { ...as(password), from: OFFICE })).toBe(both);
  expect(await front.status(path, { ...as(password), from: HOME })).toBe(known);
  expect(await front.status(path, { from: OFFICE })).toBe(near);
  expect(await front.status(path, { from: HOME })).toBe(neither);
  expect(await front.status(path, { from: '203.0.113.200' })).toBe(neither);
});

test.each([
  '//office/a',
  '/x/../office/a',
  '/%6Fffice/a',
  '/office%2Fa',
  '/./office/a',
  '/office/a/../../open',
  '/office/a/%2e%2e/%2E./open',
  '/office/a%2f..%2f..%2fopen',
  '/open/..%2foffice/a',
  '/office/.//a',
])('is not reached by another spelling: %s', async (path) => {
  const { statuses } = await front.raw(`GET ${path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n`, { from: HOME });
  expect(statuses).toEqual([expect.any(Number)]);
  expect([400, 403]).toContain(statuses[0]);
  expect(front.upstream().requests).toEqual([]);
});

test('does not close the port for health', async () => {
  expect(await front.status('/healthz', { http: true, port: front.site.ports.health })).toBe(200);
});

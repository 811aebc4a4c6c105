/** The site is closed, but for some. */
import { folder } from '../support/static-files';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';

const PAGE = '<h1>Closed until six o’clock</h1>';
const root = folder({ 'pages/closed.html': PAGE, 'pages/50x.html': 'Back soon', 'static/site.css': 'x' });
const FRIEND = '203.0.113.7';
const STRANGERS = ['203.0.114.7', '127.0.0.1'];
const SETTINGS = {
  nginx: {
    service: { type: 'LoadBalancer' },
    static: { directory: 'static' },
    errorPages: { '50x': 'pages/50x.html' },
    locations: [{ path: '/api/' }, { path: '/exact', match: 'exact' }],
    maintenance: { page: 'pages/closed.html', allow: ['203.0.113.0/24', '2001:db8::/32'] },
  },
};
const changed = (nginx: object) => ({ nginx: { ...SETTINGS.nginx, ...nginx } });

let front: Front;
const get = (path: string, from: string, options: RequestOptions = {}) => front.get(path, { from, ...options });

async function expectClosed(path: string, from: string, options: RequestOptions = {}, text = PAGE) {
  const answer = await get(path, from, options);
  expect([answer.status, answer.headers('retry-after'), answer.headers('cache-control')]).toEqual([503, ['300'], ['no-store']]);
  if (options.method !== 'HEAD') expect(answer.text).toContain(text);
  expect(front.upstream().requests).toEqual([]);
  return answer;
}

describe('with a page and friends', () => {
  beforeAll(async () => {
    front = await Front.start(SETTINGS, { root });
  });

  test.each(['/', '/api/x', '/exact', '/admin/login/?next=/'])('all of Django is closed to strangers: %s', async (path) => {
    for (const from of STRANGERS) {
      const answer = await expectClosed(path, from);
      expect(answer.headers('content-type')).toEqual(['text/html; charset=utf-8']);
      await expectClosed(path, from, { http2: true });
    }
  });

  test.each([{ method: 'POST', body: 'x'.repeat(100_000) }, { method: 'HEAD' }, { method: 'DELETE' }])(
    'whatever they want to do: %j',
    async (options) => {
      await expectClosed('/api/x', STRANGERS[0] ?? '', options);
    },
  );

  test('a friend gets the site', async () => {
    for (const path of ['/', '/api/x', '/exact']) expect((await get(path, FRIEND)).status).toBe(200);
    expect((await get('/', FRIEND, { method: 'POST', body: 'x' })).status).toBe(200);
    expect(front.upstream().requests).toHaveLength(4);
  });

  test('a stranger cannot claim to be one', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.7', 'X-Real-IP': '203.0.113.7', Forwarded: 'for=203.0.113.7' };
    await expectClosed('/', STRANGERS[0] ?? '', { headers });
  });

  test("a friend sees Django's own 503, and what is wrong with Django", async () => {
    front.upstream().answer = (_request, response) => response.writeHead(503).end('of Django');
    expect((await get('/', FRIEND)).text).toBe('of Django');
    front.upstream().answer = (_request, response) => response.socket?.destroy();
    const broken = await get('/', FRIEND);
    expect([broken.status, broken.text]).toEqual([502, 'Back soon']);
  });

  test('files are served to everybody', async () => {
    for (const from of [...STRANGERS, FRIEND]) expect((await get('/static/site.css', from)).status).toBe(200);
  });

  test('the pod is ready', async () => {
    expect((await front.get('/healthz', { port: front.site.ports.health, http: true })).status).toBe(200);
  });

  test('HTTP leads to HTTPS as ever', async () => {
    expect((await get('/', STRANGERS[0] ?? '', { http: true })).status).toBe(308);
  });

  test.each(['/@pages/maintenance.html', '/@pages/50x.html'])('the pages cannot be asked for: %s', async (path) => {
    expect((await get(path, FRIEND)).status).toBe(404);
  });
});

describe('behind a load balancer', () => {
  const BALANCER = '198.51.100.1';
  beforeAll(async () => {
    front = await Front.start(changed({ realIp: { from: ['198.51.100.0/24'] } }), { root });
  });

  test('its word about the address counts', async () => {
    for (const friend of [FRIEND, '2001:db8::7'])
      expect((await get('/', BALANCER, { headers: { 'X-Forwarded-For': friend } })).status).toBe(200);
    front.upstream().requests.length = 0;
    for (const stranger of ['203.0.114.7', '2001:db9::7']) await expectClosed('/', BALANCER, { headers: { 'X-Forwarded-For': stranger } });
    await expectClosed('/', BALANCER);
  });

  test('the word of others does not', async () => {
    await expectClosed('/', STRANGERS[0] ?? '', { headers: { 'X-Forwarded-For': '203.0.113.7' } });
  });
});

test.each([
  ['with a page', { page: 'pages/closed.html' }, PAGE],
  ['without one', {}, '503 Service Temporarily Unavailable'],
])('with nobody let through all are strangers, %s', async (_what, maintenance, text) => {
  front = await Front.start(changed({ maintenance }), { root });
  for (const from of [...STRANGERS, FRIEND]) for (const path of ['/', '/api/x', '/exact']) await expectClosed(path, from, {}, text);
});

test('strangers are not asked for a password to be told so', async () => {
  const access = { allow: ['10.0.0.0/8'], basicAuth: { secretName: 'people' } };
  front = await Front.start(changed({ access }), { root, secrets: { people: { htpasswd: 'a:{PLAIN}b' } } });
  await expectClosed('/', STRANGERS[0] ?? '');
});

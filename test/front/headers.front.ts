/** What Django is told of a request, and what the log says of it. */
import { Front } from './support/front';

let front: Front;
const upstream = () => front.upstream();
const CLIENT = '203.0.113.7';

beforeAll(async () => {
  front = await Front.start({ django: { hosts: ['shop.example.com', '.example.org'] } });
});

describe('Django sees', () => {
  test('who asks, for which host and how, each once', async () => {
    await front.get('/', { from: CLIENT });
    expect(upstream().requests[0]?.all).toMatchObject({
      host: ['shop.example.com'],
      'x-real-ip': [CLIENT],
      'x-forwarded-for': [CLIENT],
      'x-forwarded-proto': ['https'],
      'x-request-id': [expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
  });

  test('nothing of what a client claims about itself', async () => {
    const headers = {
      'X-Forwarded-For': ['6.6.6.6', '7.7.7.7'],
      'X-Real-IP': '6.6.6.6',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Host': 'evil.example.com',
      'X-Request-ID': 'mine',
    };
    await front.get('/', { from: CLIENT, headers });
    const seen = upstream().requests[0]?.all;
    expect(seen).toMatchObject({ 'x-forwarded-for': [CLIENT], 'x-real-ip': [CLIENT], 'x-forwarded-proto': ['https'] });
    expect(seen).not.toHaveProperty('x-forwarded-host');
    expect(seen?.['x-request-id']).not.toContain('mine');
  });

  test('no header with an underscore, which WSGI would take for one with a dash', async () => {
    await front.get('/', { headers: { X_Forwarded_Proto: 'http', X_Real_IP: '6.6.6.6', 'X-Own': 'yes' } });
    expect(Object.keys(upstream().requests[0]?.headers ?? {}).filter((name) => name.includes('_'))).toEqual([]);
    expect(upstream().requests[0]?.headers['x-own']).toBe('yes');
  });

  test.each([
    ['shop.example.com:8443', 'shop.example.com:8443'],
    ['SHOP.example.com', 'shop.example.com'],
    ['www.example.org', 'www.example.org'],
  ])('of the host %s: %s', async (Host, seen) => {
    await front.get('/', { host: Host.replace(/:.*/, ''), headers: { Host }, tls: { checkServerIdentity: () => undefined } });
    expect(upstream().requests[0]?.all.host).toEqual([seen]);
  });

  test('the host of the request line, where the header names another', async () => {
    await front.raw('GET https://shop.example.com/a HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n');
    expect(upstream().requests).toMatchObject([{ url: '/a', all: { host: ['shop.example.com'] } }]);
  });

  test.each(['/a%2Fb//c/../d?q=%20%C3%A4&r=a+b', '/%E4%BD%A0/;x=1?', '/a%0d%0aX-Real-IP:%206.6.6.6'])(
    'the page as the client wrote it: %s',
    async (path) => {
      await front.get(path);
      expect(upstream().requests).toMatchObject([{ url: path }]);
      expect(upstream().requests[0]?.all['x-real-ip']).toHaveLength(1);
    },
  );

  test.each([{ http2: false }, { http2: true }])('the method and the body as they are: %j', async (options) => {
    const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    await front.get('/', { ...options, method: 'PATCH', body, headers: { 'Content-Type': 'application/octet-stream' } });
    expect(upstream().requests).toMatchObject([{ method: 'PATCH', headers: { 'content-type': 'application/octet-stream' } }]);
    expect(upstream().requests[0]?.body.equals(body)).toBe(true);
  });
});

describe('the client sees', () => {
  test('what Django answers, cookies and all', async () => {
    upstream().answer = (_request, response) => response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Own': 'yes' }).end('made');
    const answer = await front.get('/');
    expect([answer.status, answer.text, answer.header('x-own')]).toEqual([201, 'made', 'yes']);
    expect(answer.headers('set-cookie')).toEqual(['a=1', 'b=2']);
    expect(answer.headers('server')).toEqual(['nginx']);
  });

  test.each([{ http2: false }, { http2: true }])('of a HEAD the headers alone: %j', async (options) => {
    upstream().answer = (_request, response) => response.writeHead(200, { 'Content-Length': '1234' }).end();
    const answer = await front.get('/', { ...options, method: 'HEAD' });
    expect([answer.status, answer.header('content-length'), answer.body.length]).toEqual([200, '1234', 0]);
    expect(upstream().requests).toMatchObject([{ method: 'HEAD' }]);
  });

  test('texts compressed, where it takes that and Django has not', async () => {
    upstream().answer = (_request, response) => response.setHeader('Content-Type', 'application/json').end('"x"'.repeat(2000));
    const [plain, compressed] = [await front.get('/'), await front.get('/', { headers: { 'Accept-Encoding': 'gzip' } })];
    expect(plain.header('content-encoding')).toBeUndefined();
    expect(compressed.header('content-encoding')).toBe('gzip');
    expect(compressed.body.length).toBeLessThan(plain.body.length / 10);
    expect([plain, compressed].map((answer) => answer.header('vary'))).toEqual(['Accept-Encoding', 'Accept-Encoding']);
  });
});

test('the log has a line for every request, with the number that Django was given', async () => {
  await front.get('/page?x="quoted"', { from: CLIENT });
  await front.get('/other', { method: 'POST', http: true });
  expect(await front.log()).toMatchObject([
    {
      id: upstream().requests[0]?.headers['x-request-id'],
      ip: CLIENT,
      method: 'GET',
      host: 'shop.example.com',
      uri: '/page?x="quoted"',
      status: '200',
      upstream: `${upstream().address}:8000`,
    },
    { method: 'POST', uri: '/other', status: '308', upstream: '' },
  ]);
});

/** No visitor can put a page in the place of another. */
import { echo, visit as ask } from './support/django';
import { Front } from './support/front';

let front: Front;
const SITE = 'shop.example.com';
const visit = (path: string, headers: Readonly<Record<string, string>> = {}) => ask(front, path, headers);

beforeAll(async () => {
  front = await Front.start({ nginx: { locations: [{ path: '/news/', cache: { valid: { '200': '1h', '404': '1h' } } }] } });
});

describe('a page cannot be put in the place of another', () => {
  test('by another host', async () => {
    front.upstream().answer = echo;
    const ask = (lines: string) => front.raw(`${lines}\r\nConnection: close\r\n\r\n`);
    expect((await ask('GET /news/host HTTP/1.1\r\nHost: evil.example.com')).statuses).toEqual([421]);
    expect((await ask(`GET https://evil.example.com/news/host HTTP/1.1\r\nHost: ${SITE}`)).statuses).toEqual([421]);
    expect((await ask(`GET /news/host HTTP/1.1\r\nHost: ${SITE}\r\nHost: evil.example.com`)).statuses).toEqual([400]);
    expect((await ask(`GET https://${SITE}/news/host HTTP/1.1\r\nHost: evil.example.com`)).text).not.toContain('"evil');
    expect(await visit('/news/host')).not.toContain('evil');
  });

  test('by another port, which Django writes into its links', async () => {
    front.upstream().answer = echo;
    expect(await visit('/news/port', { Host: `${SITE}:1234` })).toContain(':1234');
    expect(await visit('/news/port')).toMatch(/^MISS (?!.*1234)/);
  });

  test('by what a client says of the site', async () => {
    front.upstream().answer = echo;
    const names = ['Host', 'Port', 'Server', 'Prefix', 'Proto', 'Protocol', 'Scheme', 'SSL', 'For'];
    const forwarded = names.map((name) => `X-Forwarded-${name}`);
    const lies = Object.fromEntries(
      [...forwarded, 'Forwarded', 'X-Original-URL', 'X-Rewrite-URL', 'X-Real-IP', 'X-Request-ID'].map((name) => [name, 'lie']),
    );
    expect(await visit('/news/forwarded', lies)).toMatch(/^MISS /);
    expect(await visit('/news/forwarded')).toMatch(/^HIT (?!.*"lie")/);
  });

  test('by the order of the query', async () => {
    front.upstream().answer = echo;
    expect(await visit('/news/?a=1&b=2')).toMatch(/^MISS .*a=1&b=2/);
    expect(await visit('/news/?b=2&a=1')).toMatch(/^MISS .*b=2&a=1/);
    expect(await visit('/news/?a=1&b=2')).toMatch(/^HIT .*a=1&b=2/);
  });

  test('by a path that is spelled in another way', async () => {
    front.upstream().answer = ({ url }, response) => {
      response.statusCode = url === '/news/spelled/' ? 200 : 404;
      response.end(url);
    };
    for (const path of ['/news//spelled/', '/x/../news/spelled/', '/news/./spelled/', '/news/spelled/?', '/news/%73pelled/'])
      await front.raw(`GET ${path} HTTP/1.1\r\nHost: ${SITE}\r\nConnection: close\r\n\r\n`);
    expect(await visit('/news/spelled/')).toBe('MISS /news/spelled/');
  });

  test('by an URL that leaves no room for the headers of the answer', async () => {
    front.upstream().answer = (_request, response) => response.setHeader('Content-Security-Policy', 'x'.repeat(3000)).end('whole');
    for (const length of [1000, 3000, 3300, 3600, 4200, 6000, 7900])
      expect((await front.get(`/news/${'x'.repeat(length)}`)).text).toBe('whole');
  });
});

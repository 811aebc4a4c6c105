/** Old names of the site. */
import { Front } from './support/front';

let front: Front;
const redirects = [
  { from: ['www.example.com', '.example.net'], to: 'shop.example.com' },
  { from: ['old.example.org'], to: 'www.example.org' },
];
const start = (nginx: object = {}) =>
  Front.start({ django: { hosts: ['shop.example.com', '.example.org'] }, nginx: { redirects, ...nginx } });
const PAGE = '/entries/%C3%A4?page=2&next=//evil.example.com/%0d%0aX:y';

beforeAll(async () => {
  front = await start();
});

describe.each([{ http: true }, { http: false }, { http2: true }])('%j', (protocol) => {
  test.each([
    ['www.example.com', 'shop.example.com'],
    ['example.net', 'shop.example.com'],
    ['a.b.example.net', 'shop.example.com'],
    ['old.example.org', 'www.example.org'],
  ])('%s leads to %s at once, with the page, the query and the method', async (host, to) => {
    const tls = { checkServerIdentity: () => undefined };
    const answer = await front.get(PAGE, { ...protocol, host, tls, method: 'POST', body: 'x=1' });
    expect([answer.status, answer.header('location')]).toEqual([308, `https://${to}${PAGE}`]);
    expect(answer.header('x')).toBeUndefined();
    expect(front.upstream().requests).toEqual([]);
  });

  test.each(['shop.example.com', 'www.example.org', 'example.org'])('%s does not', async (host) => {
    const answer = await front.get('/', { ...protocol, host });
    expect(answer.status).toBe(protocol.http ? 308 : 200);
    expect(answer.header('location')).toBe(protocol.http ? `https://${host}/` : undefined);
  });
});

test.each(['example.com', 'www.www.example.com', 'example.net.evil.com', 'evilexample.net'])('%s is still a stranger', async (host) => {
  await expect(front.get('/', { host })).rejects.toThrow(/unrecognized name/);
  expect((await front.get('/', { host, http: true })).status).toBe(421);
});

test('for the lists of browsers a name leads to itself first', async () => {
  front = await start({ tls: { hsts: { includeSubDomains: true, preload: true } } });
  const plain = await front.get(PAGE, { host: 'www.example.com', http: true });
  expect(plain.header('location')).toBe(`https://www.example.com${PAGE}`);
  const secure = await front.get(PAGE, { host: 'www.example.com' });
  expect(secure.header('location')).toBe(`https://shop.example.com${PAGE}`);
  expect(secure.headers('strict-transport-security')).toEqual(['max-age=63072000; includeSubDomains; preload']);
});

test('the port of HTTPS is named where that is not the usual one', async () => {
  front = await start({ service: { https: 8443 } });
  expect((await front.get('/a', { host: 'www.example.com' })).header('location')).toBe('https://shop.example.com:8443/a');
});

/** What is said to a visitor above a limit, and what is logged of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { slowly } from './support/django';
import { Front } from './support/front';

let front: Front;
const RATE = { requests: { rate: '1/s', burst: 5 } };

/** Each test comes from an address of its own, for which nothing has been counted. */
let network = 0;
const address = () => `10.1.${network}.1`;
beforeEach(() => (network += 1));

beforeAll(async () => {
  const locations = [
    { path: '/rate/', limits: RATE },
    { path: '/strict/', limits: { requests: { rate: '30/m', burst: 0 } } },
    { path: '/slow/', limits: { connections: { count: 3 } } },
    { path: '/both/', limits: { ...RATE, connections: { count: 3 } } },
  ];
  front = await Front.start({ nginx: { locations } });
});

describe('an answer 429', () => {
  const refused = async (path: string, count = 8) => {
    // In one connection, which is open by then: no time passes between them.
    const http2 = await front.http2({ from: address() });
    const answers = await Promise.all(Array.from({ length: count }, () => front.get(path, { http2 })));
    http2.close();
    return answers.filter(({ status }) => status === 429);
  };

  test.each([
    ['/rate/', '1'],
    ['/strict/', '2'],
    ['/slow/', '1'],
    ['/both/', '1'],
  ])('of %s says that the next is let through after %s seconds', async (path, seconds) => {
    front.upstream().answer = slowly(500);
    const answers = await refused(path);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer.headers('Retry-After')).toEqual([seconds]);
    await pause(Number(seconds) * 1000);
    expect((await front.get(path, { from: address() })).status).toBe(200);
  });

  test('has the headers of other answers too', async () => {
    const [answer] = await refused('/rate/');
    expect(answer?.headers('X-Content-Type-Options')).toEqual(['nosniff']);
  });

  test('of Django stays as it is', async () => {
    front.upstream().answer = (_request, response) => response.writeHead(429, { 'Retry-After': '30' }).end();
    expect((await front.get('/rate/', { from: address() })).headers('Retry-After')).toEqual(['30']);
    front.upstream().answer = (_request, response) => response.writeHead(429).end();
    expect((await front.get('/rate/', { from: address() })).headers('Retry-After')).toEqual([]);
  });

  test('stands in the access log, and does not fill the error log', async () => {
    await refused('/rate/', 7);
    const log = await front.log();
    expect(log.map(({ limited }) => limited).sort()).toEqual([...Array<string>(6).fill('PASSED'), 'REJECTED']);
    expect(await front.errors()).not.toContain('limiting');
  });

  test('is not sent to who is let through', async () => {
    expect((await front.get('/rate/', { from: address() })).headers('Retry-After')).toEqual([]);
  });
});

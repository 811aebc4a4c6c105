/** How much one visitor gets, exactly, and what the others notice of it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestOptions } from './support/client';
import { Front } from './support/front';
import { until } from './support/until';

let front: Front;
/** So slow that nothing comes back while a test lasts. */
const RATE = { requests: { rate: '1/m', burst: 5 } };
const tally = (statuses: readonly number[]) => [200, 429].map((status) => statuses.filter((one) => one === status).length);

/** How many of so many requests at once are let through, and how many refused: Django answers when nginx has judged all of them. */
async function atOnce(count: number, path: string, ...visitors: readonly RequestOptions[]) {
  const held: (() => void)[] = [];
  let refused = 0;
  front.upstream().answer = (_request, response) => held.push(() => response.end());
  const ask = async (options: RequestOptions) => {
    const { status } = await front.get(path, options);
    if (status === 429) refused += 1;
    return status;
  };
  const answers = visitors.map((options) => Promise.all(Array.from({ length: count }, () => ask(options))));
  const judged = () => held.length + refused === count * visitors.length;
  await until('all to be judged', judged).finally(() => held.forEach((answer) => answer()));
  return (await Promise.all(answers)).map(tally);
}

/** The same in one connection, which is open by then. */
async function burst(count: number, path: string, { from, headers }: RequestOptions = {}) {
  const http2 = await front.http2({ from });
  const [counts] = await atOnce(count, path, { http2, headers });
  http2.close();
  return counts;
}

/** Each test comes from addresses of its own, for which nothing has been counted. */
let network = 0;
const address = (host: number) => `10.1.${network}.${host}`;
beforeEach(() => (network += 1));

describe('limits', () => {
  beforeAll(async () => {
    front = await Front.start({
      nginx: {
        locations: [
          { path: '/rate/', limits: RATE },
          { path: '/same/', limits: RATE },
          { path: '/quick/', limits: { requests: { rate: '1/s', burst: 5 } } },
          { path: '/other/', limits: { requests: { rate: '1/m', burst: 1, per: 'path' } } },
          { path: '/strict/', limits: { requests: { rate: '2/m', burst: 0 } } },
          { path: '/key/', limits: { requests: { rate: '1/m', burst: 1, per: 'header:X-Api-Key' } } },
          { path: '/slow/', limits: { connections: { count: 3 } } },
          { path: '/dry/', limits: { requests: { rate: '1/m', burst: 0 }, connections: { count: 1 }, dryRun: true } },
        ],
      },
    });
  });

  describe('of requests', () => {
    test('let the first and the burst through, and then one in the time that the rate gives', async () => {
      const from = address(1);
      const begin = performance.now();
      expect(await burst(10, '/quick/', { from })).toEqual([6, 4]);
      expect(front.upstream().requests).toHaveLength(6);
      await pause(1100);
      const [more = 0] = (await burst(3, '/quick/', { from })) ?? [];
      expect(more).toBeGreaterThan(0);
      // As many as the rate gives in all the time that has passed, which is two seconds where the machine is not busy.
      expect(more).toBeLessThanOrEqual((performance.now() - begin) / 1000);
    });

    test('count for each address by itself, whatever it says of others', async () => {
      expect(await burst(10, '/rate/', { from: address(1) })).toEqual([6, 4]);
      expect(await burst(10, '/rate/', { from: address(2) })).toEqual([6, 4]);
      const spoofed = { from: address(1), headers: { 'X-Forwarded-For': address(3), 'X-Real-IP': address(3) } };
      expect(await burst(3, '/rate/', spoofed)).toEqual([0, 3]);
    });

    test('that are alike are one for all their locations, and none of another', async () => {
      const from = address(1);
      expect(await burst(6, '/rate/', { from })).toEqual([6, 0]);
      expect(await burst(3, '/same/', { from })).toEqual([0, 3]);
      expect(await burst(3, '/strict/', { from })).toEqual([1, 2]);
      expect(await burst(10, '/', { from })).toEqual([10, 0]);
    });

    test('count for each key by itself, and for the address of who has none', async () => {
      const key = (name: string) => ({ from: address(1), headers: { 'X-Api-Key': `${name}${network}` } });
      expect(await burst(4, '/key/', key('a'))).toEqual([2, 2]);
      expect(await burst(4, '/key/', key('b'))).toEqual([2, 2]);
      expect(await burst(4, '/key/', { from: address(1) })).toEqual([2, 2]);
      expect(await burst(4, '/key/', { from: address(2) })).toEqual([2, 2]);
    });

    test('count for a path from wherever it is asked for, whatever the query', async () => {
      expect(await burst(2, '/other/a?x=1', { from: address(1) })).toEqual([2, 0]);
      expect(await burst(2, '/other/a?x=2', { from: address(2) })).toEqual([0, 2]);
      expect(await burst(2, '/other/b', { from: address(1) })).toEqual([2, 0]);
    });
  });

  describe('of connections', () => {
    test('let so many through at a time, and others when those are done', async () => {
      const from = address(1);
      expect(await atOnce(5, '/slow/', { from })).toEqual([[3, 2]]);
      expect(await atOnce(5, '/slow/', { from })).toEqual([[3, 2]]);
      expect(front.upstream().requests).toHaveLength(6);
    });

    test('count the requests in one connection of HTTP/2', async () => {
      expect(await burst(5, '/slow/', { from: address(1) })).toEqual([3, 2]);
    });

    test('count for each address by itself', async () => {
      expect(await atOnce(4, '/slow/', { from: address(1) }, { from: address(2) })).toEqual([
        [3, 1],
        [3, 1],
      ]);
    });
  });

  test('that are tried out refuse nothing, and log what they would', async () => {
    expect(await burst(5, '/dry/', { from: address(1) })).toEqual([5, 0]);
    const log = await front.log();
    expect(log.map(({ limited }) => limited).sort()).toEqual(['PASSED', ...Array<string>(4).fill('REJECTED_DRY_RUN')]);
    expect(log.map(({ limited_connections: connections }) => connections)).toContain('REJECTED_DRY_RUN');
  });
});

describe('limits of the whole site', () => {
  beforeAll(async () => {
    front = await Front.start({
      nginx: { limits: { requests: { rate: '1/m', burst: 1 } }, locations: [{ path: '/free/', limits: false }] },
    });
  });

  test('hold where a location does not say otherwise', async () => {
    expect(await burst(4, '/', { from: address(1) })).toEqual([2, 2]);
    expect(await burst(4, '/free/', { from: address(1) })).toEqual([4, 0]);
  });
});

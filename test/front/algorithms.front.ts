/** Which pod gets which request, by the algorithm of `nginx.balance`. */
import { setTimeout as pause } from 'node:timers/promises';
import { Front } from './support/front';
import { expectEven, numbers, pods, shares } from './support/shares';
import { Upstream } from './support/upstream';

let front: Front;

/** Addresses of clients are their own, as behind a load balancer that keeps them. */
const SEEN = { service: { type: 'LoadBalancer' } };
const start = (balance: object, upstreams = 3) => Front.start({ nginx: { ...SEEN, balance } }, { upstreams });
const pages = (count: number) => pods(front, Array<string>(count).fill('/'));

describe('round robin', () => {
  test('takes turns', async () => {
    front = await start({ method: 'round_robin' });
    expect(shares(await pages(30))).toEqual({ '127.0.1.1': 10, '127.0.1.2': 10, '127.0.1.3': 10 });
  });

  test.each([
    [1, 3],
    [3, 1],
    [2, 5],
  ])('gives pods of weight %d and another server of weight %d exactly their shares', async (weight, other) => {
    const outside = new Upstream('203.0.113.50', 9000);
    await outside.start();
    try {
      front = await start({ method: 'round_robin', weight, servers: [{ address: '203.0.113.50', port: 9000, weight: other }] }, 2);
      expect(shares(await pages(4 * (2 * weight + other)))).toEqual({
        '127.0.1.1': 4 * weight,
        '127.0.1.2': 4 * weight,
        '203.0.113.50': 4 * other,
      });
    } finally {
      await outside.stop();
    }
  });
});

/** Requests that are not answered until `end`, and the pods that have none of them. */
async function hold(count: number) {
  const held: (() => void)[] = [];
  for (const upstream of front.upstreams) upstream.answer = (_request, response) => held.push(() => response.end());
  const answers = numbers(count).map(() => front.get('/'));
  while (held.length < count) await pause(2);
  const idle = front.upstreams.filter(({ requests }) => requests.length === 0).map(({ address }) => address);
  for (const upstream of front.upstreams) upstream.forget();
  const end = async () => {
    held.forEach((release) => release());
    await Promise.all(answers);
  };
  return { idle, end };
}

test('least_conn gives all requests to the pod that has nothing to do', async () => {
  front = await start({ method: 'least_conn' });
  const { idle, end } = await hold(2);
  expect(idle).toHaveLength(1);
  try {
    expect(shares(await pages(9))).toEqual({ [idle[0] ?? '']: 9 });
  } finally {
    await end();
  }
});

describe('random', () => {
  test('is even among idle pods', async () => {
    front = await start({ method: 'random' }, 4);
    expectEven(await pages(200), 4);
  });

  test('takes the less busy one of two pods, so that the only busy one gets nothing', async () => {
    front = await start({ method: 'random' }, 3);
    const { idle, end } = await hold(1);
    try {
      expect(Object.keys(shares(await pages(60))).sort()).toEqual(idle);
    } finally {
      await end();
    }
  });
});

describe('ip_hash', () => {
  const from = async (client: string) => (await front.get('/', { from: client })).text;

  beforeAll(async () => {
    front = await start({ method: 'ip_hash' });
  });

  test('holds clients of the same first three numbers together', async () => {
    const found = new Set<string>();
    for (const client of [1, 2, 77, 128, 254]) found.add(await from(`203.0.113.${client}`));
    expect(found.size).toBe(1);
  });

  test('spreads other clients', async () => {
    const found = [];
    for (const network of numbers(90)) found.push(await from(`10.20.${network}.1`));
    expectEven(found, 3);
  });

  test('finds the same pod for a client again', async () => {
    for (const network of numbers(10)) expect(await from(`10.30.${network}.1`)).toBe(await from(`10.30.${network}.1`));
  });

  test('goes by the client that a load balancer names, where that is believed', async () => {
    front = await Front.start({ nginx: { realIp: { from: ['10.9.0.0/16'] }, balance: { method: 'ip_hash' } } }, { upstreams: 3 });
    const named = async (client: string) => (await front.get('/', { from: '10.9.0.1', headers: { 'X-Forwarded-For': client } })).text;
    const found = [];
    for (const network of numbers(30)) found.push(await named(`198.51.${network}.1`));
    expectEven(found, 3);
    expect(await named('198.51.0.254')).toBe(found[0]);
  });
});

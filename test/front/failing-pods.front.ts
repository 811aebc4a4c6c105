/** Pods that fail, and what the settings of `nginx.balance` and of a location make of them. */
import { setTimeout as pause } from 'node:timers/promises';
import { Front } from './support/front';
import { Upstream } from './support/upstream';

let front: Front;
const home = async () => (await front.get('/')).status;
const statuses = async (count: number) => {
  const found = [];
  for (let number = 0; number < count; number += 1) found.push(await home());
  return found;
};
const counts = () => front.upstreams.map(({ requests }) => requests.length);

/** Takes a request, and dies of it. */
const die = (upstream: Upstream) => (upstream.answer = (_request, response) => response.socket?.destroy());

describe('maxFails and failTimeout', () => {
  const start = (balance: object) => Front.start({ nginx: { balance: { method: 'round_robin', ...balance } } }, { upstreams: 2 });

  test('a pod that has failed that often is left out, and asked again when the time is over', async () => {
    front = await start({ maxFails: 2, failTimeout: '2s' });
    die(front.upstream(0));
    await statuses(8);
    expect(counts()).toEqual([2, 8]);
    front.upstream(0).forget();
    await pause(3100);
    await statuses(8);
    expect(counts()[0]).toBeGreaterThanOrEqual(3);
  });

  test('with maxFails 0 a pod is asked however often it has failed', async () => {
    front = await start({ maxFails: 0 });
    die(front.upstream(0));
    expect(await statuses(12)).toEqual(Array(12).fill(200));
    expect(counts()[0]).toBe(6);
  });
});

describe('a server that is backup', () => {
  const outside = new Upstream('203.0.113.50', 9000);
  beforeAll(() => outside.start());
  afterAll(() => outside.stop());

  test('gets nothing while a pod answers, and everything when none does', async () => {
    front = await Front.start(
      { nginx: { balance: { maxFails: 1, servers: [{ address: '203.0.113.50', port: 9000, backup: true }] } } },
      { upstreams: 2 },
    );
    await statuses(6);
    expect([...counts(), outside.requests.length]).toEqual([3, 3, 0]);
    await Promise.all(front.upstreams.map((upstream) => upstream.stop()));
    expect(await statuses(6)).toContain(200);
    expect(outside.requests.length).toBeGreaterThan(0);
  });
});

describe('retry: false', () => {
  beforeAll(async () => {
    front = await Front.start({ nginx: { locations: [{ path: '/once/', retry: false }] } }, { upstreams: 3 });
  });
  beforeEach(() => front.upstreams.forEach(die));
  const sum = () => counts().reduce((total, count) => total + count);

  test('a page is asked of one pod only', async () => {
    expect((await front.get('/once/')).status).toBe(502);
    expect(sum()).toBe(1);
  });

  test('other pages are asked of another pod, once', async () => {
    expect(await home()).toBe(502);
    expect(sum()).toBe(2);
  });
});

test('with keepalive 0 each request has a connection of its own to a pod', async () => {
  front = await Front.start({ nginx: { balance: { keepalive: 0 } } });
  await statuses(5);
  expect(front.upstream().connections).toBe(5);
});

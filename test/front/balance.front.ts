/** Which pod of Gunicorn gets a request, and what happens when one is not there. */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { DNS_VALID } from '../../constructs/timing';
import { Front } from './support/front';

let front: Front;
const times = async (count: number, act: () => Promise<{ readonly status: number; readonly text: string }>) => {
  const answers = [];
  for (let number = 0; number < count; number += 1) answers.push(await act());
  return answers;
};
const home = () => front.get('/');
const texts = async (count: number) => new Set((await times(count, home)).map(({ text }) => text));
const addresses = (...pods: number[]) => new Set(pods.map((pod) => front.upstream(pod).address));
const requests = () => front.upstreams.flatMap((upstream) => upstream.requests);

describe('with three pods', () => {
  beforeAll(async () => {
    front = await Front.start({}, { upstreams: 3 });
  });

  test('all of them work', async () => {
    expect(await texts(6)).toEqual(addresses(0, 1, 2));
  });

  test('one that is busy gets nothing more while others are idle', async () => {
    const held: (() => void)[] = [];
    for (const upstream of front.upstreams) upstream.answer = (_request, response) => held.push(() => response.end());
    const first = home();
    while (held.length === 0) await pause(2);
    const busy = front.upstreams.find((upstream) => upstream.requests.length > 0);
    for (const upstream of front.upstreams) upstream.answer = (_request, response) => response.end();
    await times(9, home);
    expect(busy?.requests).toHaveLength(1);
    held.forEach((release) => release());
    expect((await first).status).toBe(200);
  });

  test('connections to them stay open, and are used again', async () => {
    await times(12, home);
    const before = front.upstreams.reduce((sum, { connections }) => sum + connections, 0);
    await times(12, home);
    expect(front.upstreams.reduce((sum, { connections }) => sum + connections, 0)).toBe(before);
    expect(before).toBeLessThanOrEqual(3);
  });
});

describe('when a pod dies', () => {
  beforeEach(async () => {
    front = await Front.start({}, { upstreams: 3 });
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('of a %s, that is tried on another', async (method) => {
    let deaths = 0;
    for (const upstream of front.upstreams)
      upstream.answer = (_request, response) => (deaths++ === 0 ? response.socket?.destroy() : response.end());
    expect((await front.get('/', { method })).status).toBe(200);
    expect(requests()).toHaveLength(2);
  });

  test.each(['POST', 'PATCH'])('of a %s, that is never sent twice, on a new connection or an open one', async (method) => {
    const order = () => front.get('/', { method, body: 'order=1' });
    for (const upstream of front.upstreams) upstream.answer = (_request, response) => response.socket?.destroy();
    expect((await times(2, order)).map(({ status }) => status)).toEqual([502, 502]);
    expect(requests()).toHaveLength(2);
    for (const upstream of front.upstreams) upstream.forget();
    await times(6, home);
    for (const upstream of front.upstreams) upstream.answer = (_request, response) => response.socket?.destroy();
    expect((await times(2, order)).map(({ status }) => status)).toEqual([502, 502]);
    expect(requests()).toHaveLength(8);
  });

  test('with its process, it is passed over, also by a POST', async () => {
    await front.upstream(1).stop();
    const answers = await times(8, () => front.get('/', { method: 'POST', body: 'x' }));
    expect(new Set(answers.map(({ text }) => text))).toEqual(addresses(0, 2));
  });

  test('while it answers, the client is not told that the answer was whole', async () => {
    const die = (response: ServerResponse) => response.write('half', () => response.socket?.destroy());
    for (const upstream of front.upstreams)
      upstream.answer = (_request, response) => die(response.writeHead(200, { 'Content-Length': '100' }));
    await expect(home()).rejects.toThrow('aborted');
    expect(requests()).toHaveLength(1);
  });

  test('nine times of one page within a moment, the other pages still work', async () => {
    for (const upstream of front.upstreams)
      upstream.answer = ({ url }, response) => (url === '/bad' ? response.socket?.destroy() : response.end());
    await times(9, () => front.get('/bad', { method: 'POST' }));
    expect((await home()).status).toBe(200);
  });
});

describe('when pods come and go', () => {
  test('nginx starts without any, and finds the first as soon as DNS knows it', async () => {
    front = await Front.start({}, { resolveTo: [] });
    expect((await home()).status).toBe(502);
    expect(await front.errors()).toContain('no live upstreams');
    await front.resolveTo([0]);
    expect(await texts(3)).toEqual(addresses(0));
  });
});

describe('when DNS names other pods', () => {
  const edit = (conf: string) => conf.replace(`valid=${DNS_VALID}s`, 'valid=1s').replace('resolver_timeout 5s', 'resolver_timeout 1s');
  beforeAll(async () => {
    const nginx = { timeouts: { connect: '1s' }, balance: { maxFails: 3 } };
    front = await Front.start({ nginx }, { upstreams: 2, resolveTo: [0], edit });
  });

  test('a new one works too', async () => {
    await front.resolveTo([0, 1]);
    expect(await texts(4)).toEqual(addresses(0, 1));
  });

  test('one that DNS takes away gets nothing more, although it still runs', async () => {
    await front.resolveTo([1]);
    expect(await texts(4)).toEqual(addresses(1));
  });

  test('while DNS fails those that are known go on, and afterwards it is believed again', async () => {
    front.dns.failing = true;
    await front.resolveTo([0]);
    expect(await texts(4)).toEqual(addresses(1));
    front.dns.failing = false;
    await front.resolveTo([0]);
    expect(await texts(4)).toEqual(addresses(0));
  });

  test('one on a node that does not answer costs the time to connect, and no request', async () => {
    await front.resolveTo([0, '192.0.2.1']);
    const answers = await times(20, home);
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    // Three failures, and it is left alone.
    expect((await front.errors()).match(/Connection timed out\) while connecting to upstream/g)).toHaveLength(3);
  });
});

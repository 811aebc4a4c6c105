/** Requests that belong together, and reach the same pod: by a hash, or by a cookie. */
import type { Answer, RequestOptions } from './support/client';
import { Front } from './support/front';
import { numbers, pods, shares } from './support/shares';

let front: Front;
const start = (balance: object, upstreams = 3) => Front.start({ nginx: { service: { type: 'LoadBalancer' }, balance } }, { upstreams });

describe('hash', () => {
  const models = numbers(300).map((model) => `/predict?model=m${model}`);

  test('spreads values over the pods, and finds the same pod for a value again', async () => {
    front = await start({ method: 'hash', key: 'argument:model' }, 4);
    const found = await pods(front, models);
    expect(
      await pods(
        front,
        models.slice(0, 40).map((path) => `${path}&user=7`),
      ),
    ).toEqual(found.slice(0, 40));
    // Not by draw: 160 points for each pod, whose parts of the circle differ by some per cent.
    expect(Object.keys(shares(found))).toHaveLength(4);
    for (const share of Object.values(shares(found))) expect(share).toBeGreaterThan(300 / 4 / 2);
  });

  test('moves only the values of a pod that goes, and takes them back when it comes', async () => {
    const edit = (conf: string) => conf.replace('valid=5s', 'valid=1s').replace('resolver_timeout 5s', 'resolver_timeout 1s');
    front = await Front.start({ nginx: { balance: { method: 'hash', key: 'argument:model' } } }, { upstreams: 4, edit });
    const before = await pods(front, models);
    const gone = front.upstream(3).address;
    await front.resolveTo([0, 1, 2]);
    const without = await pods(front, models);
    expect(without).not.toContain(gone);
    expect(without.filter((one, index) => one !== before[index] && before[index] !== gone)).toEqual([]);
    await front.resolveTo([0, 1, 2, 3]);
    expect(await pods(front, models)).toEqual(before);
  });

  test('is the same for every pod of Nginx, in whatever order DNS tells it of the pods', async () => {
    const settings = { nginx: { balance: { method: 'hash', key: 'argument:model' } } };
    front = await Front.start(settings, { upstreams: 4 });
    const found = await pods(front, models);
    front = await Front.start(settings, { upstreams: 4, resolveTo: [2, 0, 3, 1] });
    expect(await pods(front, models)).toEqual(found);
  });

  test.each([
    ['path', [{ path: '/a?x=1' }, { path: '/a?x=2' }]],
    ['host', [{ path: '/a' }, { path: '/b?c' }]],
    ['cookie:user', [{ headers: { Cookie: 'a=1; user=7' } }, { path: '/b', headers: { Cookie: 'user=7; b=2' } }]],
    ['header:X-Tenant', [{ headers: { 'X-Tenant': 'blue' } }, { path: '/b', headers: { 'x-tenant': 'blue' } }]],
    ['address', [{ from: '203.0.113.7' }, { path: '/b', from: '203.0.113.7' }]],
  ] as const)('by %s leads requests that are alike in it to one pod', async (key, alike) => {
    front = await start({ method: 'hash', key }, 4);
    const found = new Set<string>();
    for (const { path = '/', ...options } of [...alike, ...alike] as (RequestOptions & { path?: string })[])
      found.add((await front.get(path, options)).text);
    expect(found.size).toBe(1);
  });

  test('lets requests without such a value take turns', async () => {
    front = await start({ method: 'hash', key: 'argument:model' }, 3);
    expect(shares(await pods(front, Array<string>(30).fill('/')))).toEqual({ '127.0.1.1': 10, '127.0.1.2': 10, '127.0.1.3': 10 });
  });
});

describe('sticky', () => {
  const cookie = (answer: Answer) => answer.header('set-cookie') ?? '';
  const value = (answer: Answer) => cookie(answer).split(';')[0] ?? '';
  const visit = (given?: string) => front.get('/', { headers: given === undefined ? {} : { Cookie: `a=b; ${given}` } });

  test('leads a visitor to the same pod again, and new visitors to others', async () => {
    front = await start({ method: 'sticky' });
    const visitors = [];
    for (let visitor = 0; visitor < 6; visitor += 1) visitors.push(await visit());
    expect(shares(visitors.map(({ text }) => text))).toEqual({ '127.0.1.1': 2, '127.0.1.2': 2, '127.0.1.3': 2 });
    for (const first of [...visitors, ...visitors]) expect((await visit(value(first))).text).toBe(first.text);
  });

  test('keeps its cookie from scripts, from plain HTTP and from other sites', async () => {
    const attributes = cookie(await visit())
      .split('; ')
      .slice(1);
    expect(attributes.map((attribute) => attribute.toLowerCase()).sort()).toEqual(['httponly', 'path=/', 'samesite=lax', 'secure']);
    expect(value(await visit())).toMatch(/^route=[0-9a-f]+$/);
  });

  test('is the same for every pod of Nginx', async () => {
    const first = await visit();
    front = await Front.start({ nginx: { balance: { method: 'sticky' } } }, { upstreams: 3, resolveTo: [2, 0, 1] });
    for (let number = 0; number < 3; number += 1) expect((await visit(value(first))).text).toBe(first.text);
  });

  test('finds another pod when that of the cookie is gone, and says so', async () => {
    front = await start({ method: 'sticky', cookie: 'pod' });
    const first = await visit();
    await front.upstreams.find(({ address }) => address === first.text)?.stop();
    const second = await visit(value(first));
    expect(second.status).toBe(200);
    expect(value(second)).toMatch(/^pod=/);
    expect(value(second)).not.toBe(value(first));
    expect((await visit(value(second))).text).toBe(second.text);
  });
});

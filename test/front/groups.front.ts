/** Groups of pods for some paths, and how much each pod takes. */
import type { RequestOptions } from './support/client';
import { folder } from '../support/static-files';
import { Front } from './support/front';
import { until } from './support/until';

/** Two requests at each pod: one that it works on, and one that waits. */
const QUEUE = { workers: 1, threads: 1, queue: 1 };
const INFERENCE = { name: 'inference', paths: ['/predict/', '/embed'], replicas: 2, ...QUEUE };
/** One pod of Nginx, with two processes, which count together. */
const NGINX = { replicas: 1, resources: { limits: { cpu: '2', memory: '512Mi' } } };
const settings = (nginx: object = {}, more: object = {}) => ({
  django: { interface: 'wsgi' },
  gunicorn: { groups: [INFERENCE, { name: 'batch', paths: ['/predict/batch/'] }], ...more },
  nginx: { ...NGINX, ...nginx },
});

let front: Front;
const address = (pod: number) => front.upstream(pod).address;
const held: (() => void)[] = [];

/** From now on the pods keep what they get, until `release()`. */
function hold(...pods: readonly number[]): void {
  for (const pod of pods) front.upstream(pod).answer = (_request, response) => held.push(() => response.end('done'));
}
const release = () => held.splice(0).forEach((answer) => answer());
const begun = (...pods: readonly number[]) => pods.map((pod) => front.upstream(pod).requests.length);
const crowd = (count: number, path: string, options: RequestOptions = {}) => Array.from({ length: count }, () => front.get(path, options));

/** Fills the pods with as much as they take. */
async function jam(count: number, path = '/predict/'): Promise<readonly Promise<{ readonly status: number }>[]> {
  const waiting = crowd(count, path);
  await until('the pods to be full', () => Promise.resolve(held.length === count));
  return waiting;
}

const statuses = async (answers: readonly Promise<{ readonly status: number }>[]) =>
  (await Promise.all(answers)).map(({ status }) => status);

afterEach(release);

describe('with two groups', () => {
  beforeAll(async () => {
    const locations = [{ path: '/predict/upload', buffering: false }, { path: '/predictions' }, { path: '/embed', match: 'exact' }];
    front = await Front.start(settings({ locations }), { upstreams: 4, resolveTo: [0], groups: { inference: [1, 2], batch: [3] } });
  });

  test.each(['/', '/predictable', '/predictions/1', '/admin/predict/', '/?next=/predict/'])(
    '%s is for the pods of the site',
    async (path) => {
      for (const answer of await Promise.all(crowd(4, path))) expect(answer.text).toBe(address(0));
    },
  );

  test.each(['/predict/', '/predict/cats?n=3', '/predict/upload', '/predict//cats', '/embed', '/embed/', '/embeddings'])(
    '%s is for the pods of the first group',
    async (path) => {
      for (let number = 0; number < 4; number += 1) expect([address(1), address(2)]).toContain((await front.get(path)).text);
    },
  );

  test('of two groups the one that names the longer path answers', async () => {
    for (const answer of await Promise.all(crowd(4, '/predict/batch/7'))) expect(answer.text).toBe(address(3));
  });

  test('Django is told the same as at any other path', async () => {
    await front.get('/embed');
    await front.get('/');
    const seen = [0, 1, 2].flatMap((pod) => front.upstream(pod).requests);
    const [one, other] = seen.map(({ headers: { 'x-request-id': id, ...headers } }) => ({ ...headers, id: typeof id }));
    expect(one).toEqual(other);
  });

  test('the less busy pod gets the next request', async () => {
    hold(1, 2);
    const waiting = await jam(2);
    expect(begun(1, 2)).toEqual([1, 1]);
    release();
    expect(await statuses(waiting)).toEqual([200, 200]);
  });
});

describe('when all pods of a group are busy', () => {
  beforeAll(async () => {
    front = await Front.start(settings(), { upstreams: 4, resolveTo: [0], groups: { inference: [1, 2], batch: [3] } });
  });

  test('each has its share, and what comes then is told when to come again', async () => {
    hold(1, 2);
    const waiting = await jam(4);
    expect(begun(1, 2)).toEqual([2, 2]);
    for (const options of [{}, { method: 'POST', body: 'x'.repeat(100_000) }, { method: 'HEAD' }, { http2: true }]) {
      const answer = await front.get('/predict/', options);
      expect([answer.status, answer.headers('retry-after'), answer.headers('cache-control')]).toEqual([503, ['5'], ['no-store']]);
      expect(answer.text).toContain(options.method === 'HEAD' ? '' : '503 Service Temporarily Unavailable');
    }
    expect(begun(1, 2)).toEqual([2, 2]);
    release();
    expect(await statuses(waiting)).toEqual([200, 200, 200, 200]);
  });

  test('the other paths answer', async () => {
    hold(1, 2);
    const waiting = await jam(4);
    expect(await statuses([front.get('/'), front.get('/predict/batch/')])).toEqual([200, 200]);
    release();
    await Promise.all(waiting);
  });

  test('after the jam they take as much again, over connections that were idle', async () => {
    for (let round = 0; round < 8; round += 1) {
      hold(1, 2);
      const waiting = await jam(4);
      expect(await front.status('/embed')).toBe(503);
      release();
      expect(await statuses(waiting)).toEqual([200, 200, 200, 200]);
    }
    // Fewer connections than requests: some of them were open.
    expect(front.upstream(1).connections + front.upstream(2).connections).toBeLessThan(32);
  });

  test('one that ends makes room for one', async () => {
    hold(1, 2);
    const waiting = await jam(4);
    held.shift()?.();
    await Promise.race(waiting);
    const next = front.get('/predict/');
    await until('the next request', () => Promise.resolve(held.length === 4));
    expect(await front.status('/predict/')).toBe(503);
    release();
    expect((await next).status).toBe(200);
  });

  test('the access log names no pod', async () => {
    hold(1, 2);
    const waiting = await jam(4);
    await front.get('/predict/late');
    expect(await front.log()).toContainEqual(
      expect.objectContaining({ uri: '/predict/late', status: '503', upstream: 'gunicorn-inference' }),
    );
    release();
    await Promise.all(waiting);
  });

  test('a group without a limit takes whatever comes', async () => {
    hold(3);
    const waiting = await jam(40, '/predict/batch/');
    expect(begun(3)).toEqual([40]);
    release();
    expect(new Set(await statuses(waiting))).toEqual(new Set([200]));
  });
});

describe('when pods of a group with a limit fail', () => {
  beforeAll(async () => {
    front = await Front.start(settings({}, { queue: 0 }), { upstreams: 4, resolveTo: [0], groups: { inference: [1, 2], batch: [] } });
  });

  test('an error of Django stays as it is', async () => {
    for (const status of [502, 503]) {
      for (const pod of [1, 2]) front.upstream(pod).answer = (_request, response) => response.writeHead(status).end('mine');
      const answer = await front.get('/predict/');
      expect([answer.status, answer.text, answer.headers('retry-after')]).toEqual([status, 'mine', []]);
    }
  });

  test('a pod that ends in the middle is a 502, which nobody should repeat', async () => {
    for (const pod of [1, 2]) front.upstream(pod).answer = (_request, response) => response.socket?.destroy();
    const answer = await front.get('/predict/');
    expect([answer.status, answer.headers('retry-after')]).toEqual([502, []]);
    expect(answer.text).toContain('502 Bad Gateway');
  });

  test('a pod that is gone leaves the work to the other, and what that does not take is told to come again', async () => {
    await front.upstream(1).stop();
    hold(2);
    const waiting = await jam(2);
    const late = await front.get('/predict/');
    expect([late.status, late.headers('retry-after')]).toEqual([503, ['5']]);
    release();
    expect(await statuses(waiting)).toEqual([200, 200]);
    await front.upstream(2).stop();
    expect(await front.status('/predict/')).toBe(502);
  });
});

describe('with pages of our own', () => {
  const root = folder({ 'pages/50x.html': 'Back soon', 'pages/429.html': 'Too many', 'pages/closed.html': 'Closed' });
  const errorPages = { '50x': 'pages/50x.html', '429': 'pages/429.html' };
  const busy = async (options: RequestOptions = {}) => {
    const answer = await front.get('/predict/', options);
    return { status: answer.status, text: answer.text, retry: answer.headers('retry-after') };
  };

  test('what no pod takes gets that of 50x, with the time to come again', async () => {
    const limits = { connections: { count: 4, per: 'header:x-visitor' } };
    const nginx = { errorPages, limits };
    front = await Front.start(settings(nginx), { root, upstreams: 3, resolveTo: [0], groups: { inference: [1, 2] } });
    hold(1, 2);
    const waiting = await jam(4);
    const headers = { 'X-Visitor': 'another' };
    for (const options of [{}, { http2: true }, { method: 'POST', body: 'x' }]) {
      expect(await busy({ ...options, headers })).toEqual({ status: 503, text: 'Back soon', retry: ['5'] });
    }
    expect(await busy()).toEqual({ status: 429, text: 'Too many', retry: ['1'] });
    release();
    await Promise.all(waiting);
    for (const pod of [0, 1, 2]) front.upstream(pod).answer = (_request, response) => response.socket?.destroy();
    expect(await busy()).toEqual({ status: 502, text: 'Back soon', retry: [] });
    expect(await front.get('/')).toMatchObject({ status: 502, text: 'Back soon' });
  });

  test('a closed site has its page, and its friends another', async () => {
    const maintenance = { page: 'pages/closed.html', allow: ['203.0.113.0/24'] };
    const nginx = { errorPages: { '50x': errorPages['50x'] }, maintenance, service: { type: 'LoadBalancer' } };
    front = await Front.start(settings(nginx), { root, upstreams: 1, resolveTo: [0], groups: { inference: [] } });
    expect(await busy({ from: '203.0.114.1' })).toEqual({ status: 503, text: 'Closed', retry: ['300'] });
    expect(await busy({ from: '203.0.113.1' })).toEqual({ status: 503, text: 'Back soon', retry: ['5'] });
    const without = { ...nginx, maintenance: {} };
    front = await Front.start(settings(without), { root, upstreams: 1, groups: { inference: [] } });
    expect(await busy()).toMatchObject({ status: 503, retry: ['300'] });
  });

  test('an old answer stands in for one that no pod takes', async () => {
    const locations = [{ path: '/predict/', cache: { valid: { '200': '1s' } } }];
    front = await Front.start(settings({ locations }), { upstreams: 3, resolveTo: [0], groups: { inference: [1, 2] } });
    front.upstream(1).answer = front.upstream(2).answer = (_request, response) => response.end('old');
    expect((await front.get('/predict/kept')).text).toBe('old');
    hold(1, 2);
    const waiting = await jam(4, '/embed');
    await until('the answer to be old', async () => (await front.get('/predict/kept')).headers('x-cache')[0] !== 'HIT');
    expect(await front.get('/predict/kept')).toMatchObject({ status: 200, text: 'old' });
    release();
    await Promise.all(waiting);
  });
});

test('the pods of the site may have a limit too, whatever the algorithm', async () => {
  for (const balance of [{}, { method: 'round_robin' }, { method: 'hash', key: 'path' }, { method: 'sticky' }, { method: 'random' }]) {
    front = await Front.start({ gunicorn: QUEUE, nginx: { ...NGINX, balance } }, { upstreams: 2 });
    hold(0, 1);
    const waiting = await jam(4, '/');
    expect(begun(0, 1)).toEqual([2, 2]);
    expect(await front.status('/')).toBe(503);
    release();
    expect(new Set(await statuses(waiting))).toEqual(new Set([200]));
  }
});

/** What only a cluster can tell of the front: pods by the names that its DNS has for them, and the asgi worker behind it. */
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const CUSTOMERS = Array.from({ length: 18 }, (_, number) => `/?customer=${number}`);
const release = new Release('dev', {
  release: 'front',
  django: { hosts: ['front.localhost'], interface: 'asgi' },
  gunicorn: { replicas: 2 },
  nginx: { balance: { method: 'hash', key: 'argument:customer' } },
});

beforeAll(() => serving(release));
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

interface Logged {
  readonly uri: string;
  readonly status: string;
  readonly upstream: string;
}

/** Pods that requests reached, by those paths. */
function pods(paths: readonly string[] = CUSTOMERS): ReadonlyMap<string, ReadonlySet<string>> {
  const lines = release.kubectl('logs', 'deployment/front-nginx', '--container', 'nginx').split('\n');
  const all = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Logged);
  return new Map(paths.map((path) => [path, new Set(all.filter(({ uri }) => uri === path).map(({ upstream }) => upstream))]));
}

test('a row is written and read over ASGI', () => {
  const [{ command = [], args = [] } = {}] = release
    .ready('gunicorn')
    .map(({ spec }) => (spec as { containers: [{ command?: string[]; args?: string[] }] }).containers[0]);
  expect([...command, ...args]).toContain('main_app.asgi:application');
  expect(write(release, 'Ada', 'over ASGI')).toBe(302);
  expect(visit(release, '/').text).toContain('over ASGI');
});

test('a hash spreads its values over the pods, and leads each to the same one again', async () => {
  // Who comes before it has heard of both pods may be led to another one later.
  let customer = CUSTOMERS.length;
  await until('the front to know of both pods', () => {
    const others = Array.from({ length: 6 }, () => `/?customer=${(customer += 1)}`);
    for (const path of others) visit(release, path);
    return new Set([...pods(others).values()].flatMap((one) => [...one])).size === 2;
  });
  for (const path of [...CUSTOMERS, ...CUSTOMERS]) expect(visit(release, path).status).toBe(200);
  await until('every request in the log', () => [...pods().values()].every(({ size }) => size > 0));
  const reached = [...pods().values()];
  expect(reached.map(({ size }) => size)).toEqual(CUSTOMERS.map(() => 1));
  expect(new Set(reached.flatMap((one) => [...one])).size).toBe(2);
});

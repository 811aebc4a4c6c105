import { CommandError } from '../../../cli/command';
import type { Asking } from '../../../cli/kubectl';
import { followLogs } from '../../../cli/logs/follow';
import { logs, type LogsOptions } from '../../../cli/logs/logs';
import { config } from '../../support/stack';
import { place } from '../../support/place';

// Looks follow each other at once.
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const here = place();
beforeEach(() => here.project());

const labels = (component: string) => ({
  'app.kubernetes.io/name': component === 'gunicorn' ? 'django' : component === 'postgres' ? 'postgresql' : component,
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': component,
});
const container = (name: string, id: string, state: object = { running: {} }) => ({ name, containerID: id, state });
const pod = (name: string, component: string, ...containers: readonly ReturnType<typeof container>[]) => ({
  metadata: { name, creationTimestamp: '2026-11-24T00:00:00Z', labels: labels(component) },
  spec: { containers: [{ name: component }] },
  status: { phase: 'Running', containerStatuses: containers },
});
const line = (second: string, text: string) =>
  `2026-11-24T00:00:${(second.includes('.') ? second : `${second}.`).padEnd(12, '0')}Z ${text}`;

type Lines = Readonly<Record<string, readonly string[] | CommandError>>;

/** A cluster with these pods, which are others at each look, whose containers have said this, by pod and container. */
class Cluster implements Asking {
  public readonly asked: string[] = [];
  private looks = 0;

  public constructor(
    private readonly pods: readonly (readonly object[])[],
    private readonly lines: Lines,
    private readonly seen: () => void = () => undefined,
  ) {}

  public json<T>(): Promise<T> {
    this.looks += 1;
    if (this.looks > this.pods.length) this.seen();
    return Promise.resolve({ items: this.pods[Math.min(this.looks, this.pods.length) - 1] } as T);
  }

  public run(args: readonly string[], { tell }: Parameters<Asking['run']>[1] = {}): Promise<string> {
    this.asked.push(args.join(' '));
    const said = this.lines[`${args[1] ?? ''} ${args[3] ?? ''}`] ?? [];
    if (said instanceof CommandError) return Promise.reject(said);
    for (const one of said) tell?.(one);
    return Promise.resolve(said.map((one) => `${one}\n`).join(''));
  }
}

const NGINX = pod('shop-nginx-a', 'nginx', container('nginx', 'n1'));
const GUNICORN = pod('shop-gunicorn-b', 'gunicorn', container('gunicorn', 'g1'));
const SAID: Lines = {
  'shop-nginx-a nginx': [line('01.5', '{"id":"f00","uri":"/"}'), line('03', '{"id":"ba7","uri":"/x"}')],
  'shop-gunicorn-b gunicorn': [
    line('01.25', '2026-11-24 00:00:01,250 ERROR f00 django.request: Internal Server Error: /'),
    line('01.25', 'Traceback (most recent call last):'),
    line('01.25', '  File "views.py", line 1'),
    line('02', '2026-11-24 00:00:02,000 INFO - shop: another'),
  ],
};

async function read(component?: string, options: LogsOptions = {}, pods: readonly object[] = [NGINX, GUNICORN], lines = SAID) {
  const cluster = new Cluster([pods], lines);
  await logs('prod', component, options, here.root, cluster);
  return cluster;
}
const failure = (...args: Parameters<typeof read>) => read(...args).then(String, (error: unknown) => (error as Error).message);

test('lines of all pods come in the order in which they were said, each after the name of its pod', async () => {
  await read();
  expect(here.said).toEqual([
    'shop-gunicorn-b | 2026-11-24 00:00:01,250 ERROR f00 django.request: Internal Server Error: /',
    'shop-gunicorn-b | Traceback (most recent call last):',
    'shop-gunicorn-b |   File "views.py", line 1',
    'shop-nginx-a    | {"id":"f00","uri":"/"}',
    'shop-gunicorn-b | 2026-11-24 00:00:02,000 INFO - shop: another',
    'shop-nginx-a    | {"id":"ba7","uri":"/x"}',
  ]);
});

test('one component, and what is not too old, is asked for alone', async () => {
  const { asked } = await read('nginx', { since: '1h30m' });
  expect(asked).toEqual(['logs shop-nginx-a --container nginx --timestamps --since=1h30m']);
});

test('a request is followed through both tiers, with what a record says in several lines', async () => {
  await read(undefined, { request: 'f00' });
  expect(here.said.map((one) => one.split('| ')[1]?.slice(0, 12))).toEqual([
    '2026-11-24 0',
    'Traceback (m',
    '  File "view',
    '{"id":"f00",',
  ]);
});

test('pods of others in the namespace, and containers that have not begun, are left alone', async () => {
  const waiting = { name: 'gunicorn', state: { waiting: {} } };
  const other = { ...NGINX, metadata: { ...NGINX.metadata, name: 'other', labels: { app: 'other' } } };
  const begins = { ...GUNICORN, status: { phase: 'Pending', containerStatuses: [waiting] } };
  const { asked } = await read(undefined, {}, [other, begins, NGINX]);
  expect(asked).toEqual(['logs shop-nginx-a --container nginx --timestamps']);
});

test('lines of a container that is not the first of its pod say its name', async () => {
  const two = { ...GUNICORN, status: { ...GUNICORN.status, initContainerStatuses: [container('migrated', 'm1', { terminated: {} })] } };
  await read(undefined, {}, [two], { 'shop-gunicorn-b migrated': [line('01', 'nothing to wait for')] });
  expect(here.said).toEqual(['shop-gunicorn-b/migrated | nothing to wait for']);
});

test('servers that an operator runs are found by its labels', async () => {
  here.project({ postgres: { kind: 'cloudnative-pg', storage: '1Gi' } });
  const server = pod('shop-postgres-1', 'postgres', container('postgres', 'p1'));
  await read('postgres', {}, [{ ...server, metadata: { ...server.metadata, labels: { 'cnpg.io/cluster': 'shop-postgres' } } }], {
    'shop-postgres-1 postgres': [line('01', 'ready')],
  });
  expect(here.said).toEqual(['shop-postgres-1 | ready']);
});

test('a pod that has gone in the meantime is left out', async () => {
  await read(undefined, {}, [NGINX, GUNICORN], { ...SAID, 'shop-nginx-a nginx': new CommandError('kubectl logs: (NotFound): pods') });
  expect(here.said.every((one) => one.startsWith('shop-gunicorn-b'))).toBe(true);
  expect(here.said).toHaveLength(4);
});

test('--dry-run shows what would be run', async () => {
  const { asked } = await read('nginx', { since: '10m', follow: true, dryRun: true });
  expect(here.said).toEqual(['kubectl --namespace shop-prod logs shop-nginx-a --container nginx --timestamps --follow --since=10m']);
  expect(asked).toEqual([]);
});

test.each<[string | undefined, LogsOptions, string]>([
  ['wsgi', {}, 'there is no component "wsgi"; there are: postgres, migrate, gunicorn, nginx, backup, drill'],
  [undefined, { since: 'yesterday' }, '--since must be hours, minutes or seconds, such as 10m or 1h30m, got "yesterday"'],
  [undefined, { since: '' }, '--since must be hours, minutes or seconds, such as 10m or 1h30m, got ""'],
  [undefined, { request: ' ' }, '--request must be the id of a request, got nothing'],
])('%j %j is refused with a reason', async (component, options, expected) => {
  expect(await failure(component, options)).toBe(expected);
});

test.each([
  ['that is not there', [], 'no pod of shop is in shop-prod: has it been applied, in the cluster of this context?'],
  [
    'that has not begun',
    [pod('shop-nginx-a', 'nginx')],
    'no pod of shop has begun in shop-prod: npm run status says why, and what mends it',
  ],
])('a release %s has said nothing', async (_, pods, expected) => {
  expect(await failure(undefined, {}, pods)).toBe(expected);
  expect(await failure(undefined, { dryRun: true }, pods)).toBe(expected);
});

test('what the cluster refuses is said', async () => {
  const refused = new CommandError('kubectl logs: (Forbidden): you may not');
  expect(await failure(undefined, {}, [NGINX], { 'shop-nginx-a nginx': refused })).toBe(refused.message);
});

describe('followed', () => {
  async function follow(pods: readonly (readonly object[])[], lines: Lines, request?: string) {
    const enough = new AbortController();
    const cluster = new Cluster(pods, lines, () => enough.abort());
    const said: string[] = [];
    await followLogs(cluster, config(), { request }, (name, text) => said.push(`${name}: ${text}`), enough.signal);
    return { said, asked: cluster.asked };
  }
  const once = { 'shop-nginx-a nginx': [line('01', 'one')], 'shop-gunicorn-b gunicorn': [line('02', 'two')] };

  test('new pods are heard too, and what is heard is not asked for again', async () => {
    const ended = pod('shop-nginx-a', 'nginx', container('nginx', 'n1', { terminated: {} }));
    const { said, asked } = await follow([[NGINX], [ended, GUNICORN], [ended]], once);
    expect(said).toEqual(['shop-nginx-a: one', 'shop-gunicorn-b: two']);
    expect(asked).toHaveLength(2);
  });

  test('a container that starts again is another one', async () => {
    const again = pod('shop-nginx-a', 'nginx', container('nginx', 'n2', { terminated: {} }));
    const ended = pod('shop-nginx-a', 'nginx', container('nginx', 'n1', { terminated: {} }));
    const { asked } = await follow([[ended], [again], [again]], once);
    expect(asked).toEqual(Array(2).fill('logs shop-nginx-a --container nginx --timestamps --follow'));
  });

  test('where the connection was cut it goes on after the last line', async () => {
    const { said, asked } = await follow([[NGINX], [NGINX]], once);
    expect(said).toEqual(['shop-nginx-a: one']);
    expect(asked[1]).toBe('logs shop-nginx-a --container nginx --timestamps --follow --since-time=2026-11-24T00:00:01.000000000Z');
  });

  test('what goes wrong is told once, and what has gone not at all', async () => {
    const lines = { 'shop-nginx-a nginx': new CommandError('(Forbidden)'), 'shop-gunicorn-b gunicorn': new CommandError('(NotFound)') };
    const { said } = await follow([[NGINX, GUNICORN], [NGINX], [NGINX]], lines);
    expect(said).toEqual(['shop-nginx-a: (Forbidden)']);
  });

  test('lines of a request alone', async () => {
    const { said } = await follow([[NGINX, GUNICORN], []], SAID, 'ba7');
    expect(said).toEqual(['shop-nginx-a: {"id":"ba7","uri":"/x"}']);
  });
});

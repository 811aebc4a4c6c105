/** Whatever is done to a release while a crowd is there, no request fails, and no websocket is cut but by a pod of Nginx that ends. Its
 * autoscaler needs the suite's own node. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { merge } from '../../constructs/finish';
import { pause, until } from './support/kubectl';
import { Release, type Variant } from './support/release';
import { answering, arrive, crowdDuring, visit, type Visitors } from './support/visitor';

const GOAL = 50_000;
const STATIC = 'example/django_app/static';
const [OLD, NEW] = ['site.5c0b501f9979.css', 'site.0123456789ab.css'];
const release = new Release('dev', {
  release: 'gap',
  django: { hosts: ['gap.localhost'] },
  gunicorn: { replicas: 2, timeout: '25s', gracefulTimeout: '15s', resources: { requests: { cpu: '200m' } } },
  nginx: { replicas: 2 },
});

/** Half of them Django's, half of them files that the first release has. */
const paths = ['/', '/request/', '/healthz', '/healthz'].flatMap((path) => [path, `/static/${OLD}`]);
const STAYING: Visitors = { visitors: 6, paths, renew: 1_000_000, rest: 0.01 };
const COMING_AND_GOING: Visitors = { visitors: 2, paths, renew: 1, rest: 0.01 };
/** Each page takes longer than the 15 seconds of the drain, and than the 15 that requests get after it. The last may begin when the front
 * hears of the end of its pod, 5 seconds into the drain: 25 are left for it. One begins every two seconds. */
const WAITING: Visitors = { visitors: 8, paths: ['/slow/17/'], stagger: 2, seconds: 25 };
const TALKING: Visitors = { visitors: 6, paths: ['/ws/'], websocket: true };
const AT_REST: Visitors = { visitors: 3, paths: ['/healthz'], renew: 1_000_000, rest: 0.5 };
const crowd = [STAYING, COMING_AND_GOING];

const told: { what: string; requests: number }[] = [];
const requests = () => told.reduce((all, one) => all + one.requests, 0);

/** What becomes of a websocket when both ends are there, or say so; and when one is not. */
const WITH_A_WORD = /^(opened|answered|closed with 1001)$/;
const CUT = /^(ConnectionError: cut without a word|BrokenPipeError|ConnectionResetError)/;

interface Amid {
  /** Certificates, in PEM.
   * @default - that of the release */
  readonly trusted?: string;
  /** What may become of websockets. */
  readonly sockets?: readonly RegExp[];
}

/** Does something amid visitors, all of whose requests are to be answered with 200; what became of their websockets. */
async function amid(
  what: string,
  work: () => Promise<unknown>,
  kinds: readonly Visitors[],
  { trusted = release.certificate, sockets: allowed = [WITH_A_WORD] }: Amid = {},
) {
  const begin = Date.now();
  const counts = await crowdDuring(release, pause(2).then(work), kinds, trusted);
  const asked = counts.filter((_, place) => kinds[place]?.websocket !== true);
  const sum = asked.flatMap((one) => Object.values(one)).reduce((all, count) => all + count, 0);
  told.push({ what, requests: sum });
  const sockets = counts.find((_, place) => kinds[place]?.websocket === true) ?? {};
  const failed = Object.fromEntries(asked.flatMap((one) => Object.entries(one).filter(([answer]) => answer !== '200')));
  const seconds = Math.round((Date.now() - begin) / 1000);
  process.stderr.write(
    `${what}: ${sum} requests in ${seconds} s, failed: ${JSON.stringify(failed)}, websockets: ${JSON.stringify(sockets)}\n`,
  );
  expect(failed).toEqual({});
  expect(Object.keys(sockets).filter((one) => !allowed.some((pattern) => pattern.test(one)))).toEqual([]);
  return sockets;
}

/** Threads for the slow pages, and as many again. */
const state: { variant: Variant; changes: object } = { variant: 'slow', changes: { gunicorn: { threads: 8 } } };

/** Another release, until no pod of the one before is left. */
async function released(changes: object, variant = state.variant): Promise<void> {
  Object.assign(state, { variant, changes: merge(state.changes, changes) });
  release.apply(variant, state.changes);
  await settled();
}

const settled = () => release.settled('deployment/gap-gunicorn', 'deployment/gap-nginx');

const serving = (count: number) => until(`${count} pods`, () => release.ready('gunicorn').length === count);

beforeAll(async () => {
  arrive();
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
  await release.installed(state.variant, state.changes);
  await answering(release);
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('a new image and new assets: those of before stay, and pages that take longer than the drain come to their end', async () => {
  mkdirSync(release.path('later'));
  copyFileSync(release.path(join(STATIC, OLD)), release.path(join('later', NEW)));
  const assets = { nginx: { static: { directory: 'later', previous: [STATIC] } } };
  await amid('new image', () => released(assets, 'later'), [...crowd, WAITING]);
  expect([OLD, NEW].map((name) => visit(release, `/static/${name}`).status)).toEqual([200, 200]);
});

test('a config change of Gunicorn and of Nginx: from WSGI to ASGI', async () => {
  const changes = { django: { interface: 'asgi' }, gunicorn: { threads: null }, nginx: { locations: [{ path: '/ws/', websocket: true }] } };
  await amid('config change', () => released(changes), crowd);
});

test('a rotation of passwords: pages come to their end, and every websocket is closed with a word and opened again', async () => {
  const sockets = await amid('Secret rotation', () => release.rotate('postgres'), [...crowd, WAITING, TALKING]);
  expect(sockets['closed with 1001']).toBeGreaterThanOrEqual(TALKING.visitors);
});

test('a renewed certificate, and meanwhile by hand a pod more and a pod less of Gunicorn and of Nginx', async () => {
  const before = release.certificate;
  await release.makeCertificate();
  const work = async () => {
    await release.applySecrets();
    await released({ gunicorn: { replicas: 3 }, nginx: { replicas: 3 } });
    await released({ gunicorn: { replicas: 2 }, nginx: { replicas: 2 } });
    await until('an answer under the new certificate', () => visit(release, '/healthz').status === 200);
  };
  await amid('certificate, scaling by hand', work, [...crowd, TALKING], { trusted: `${before}\n${release.certificate}` });
});

test('an autoscaler adds a pod under load', async () => {
  execFileSync(join(__dirname, 'metrics/up'));
  const work = async () => {
    await released({ gunicorn: { replicas: { min: 2, max: 3 } } });
    await serving(3);
  };
  await amid('scaling by HPA, up', work, [{ ...STAYING, requests: GOAL - requests() }, COMING_AND_GOING]);
});

test('and takes it away after that, amid a rollout of Nginx, whose pods cut the websockets through them when they end', async () => {
  const work = async () => {
    release.kubectl('rollout', 'restart', 'deployment/gap-nginx');
    await serving(2);
    await settled();
  };
  const sockets = await amid('scaling by HPA, down; Nginx', work, [AT_REST, TALKING], { sockets: [WITH_A_WORD, CUT] });
  expect(Object.keys(sockets).filter((one) => CUT.test(one))).not.toEqual([]);
});

test('no request of 50,000 in all has failed', () => {
  console.info(told.map(({ what, requests: sum }) => `${what}: ${sum}`).join('\n'));
  expect(requests()).toBeGreaterThanOrEqual(GOAL);
});

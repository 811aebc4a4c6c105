/** What breaks, and what visitors see of it. */
import { kubectlMeanwhile, until } from './support/kubectl';
import { Release } from './support/release';
import { crowd, serving, visit } from './support/visitor';

const release = Release.shared();
const two = { gunicorn: { replicas: 2 }, nginx: { replicas: 2 } };
const restarts = (component: string) =>
  release.pods(component).flatMap(({ status }) => status.containerStatuses?.map(({ restartCount }) => restartCount));

/** The postmaster is the first process of its container, which only the node can kill: its children take it down with them. */
const KILL_IN_3_SECONDS =
  'sleep 3; for stat in /proc/[1-9]*/stat; do read -r pid name _ <"$stat"; [[ $name != "(postgres)" || $pid == 1 ]] || kill -9 "$pid"; done';

beforeAll(() => serving(release));
afterEach(() => serving(release));

test('a pod whose Secret is missing says which, and starts when it appears', async () => {
  release.kubectl('delete', 'secret', `${release.release}-django`);
  release.kubectl('rollout', 'restart', `deployment/${release.release}-gunicorn`);
  await until('an event that names the Secret', 60, () =>
    release.events(`${release.release}-gunicorn`).some((message) => message.includes(`secret "${release.release}-django" not found`)),
  );
  expect(visit(release, '/').status).toBe(200);
  await release.applySecrets();
  release.rolledOut(`deployment/${release.release}-gunicorn`);
});

test('killed pods of the front and of Gunicorn are replaced, and the site answers again', async () => {
  for (const component of ['nginx', 'gunicorn']) {
    release.kubectl('delete', 'pod', '--selector', `app.kubernetes.io/component=${component}`, '--grace-period=0', '--force');
    release.rolledOut(`deployment/${release.release}-${component}`);
    await until('the site', 60, () => visit(release, '/').status === 200);
  }
});

test('no acknowledged row is lost when Postgres is killed while rows are written', async () => {
  release.sql('drop table if exists ledger');
  release.sql('create table ledger (number int primary key)');
  const written: number[] = [];
  const killing = kubectlMeanwhile([
    '--namespace',
    release.namespace,
    'exec',
    `${release.release}-postgres-0`,
    '--',
    'bash',
    '-c',
    KILL_IN_3_SECONDS,
  ]).catch(() => 'killed');
  const end = Date.now() + 15_000;
  for (let number = 1; Date.now() < end; number += 1) {
    try {
      release.sql(`insert into ledger values (${number})`);
      written.push(number);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await killing;
  await until('Postgres', 90, () => release.sql('select 1') === '1');
  const kept = release.sql('select number from ledger').split('\n').map(Number);
  expect(written.length).toBeGreaterThan(10);
  expect(written.filter((number) => !kept.includes(number))).toEqual([]);
  release.sql('drop table ledger');
});

test('a drain takes one pod at a time, and no request fails', async () => {
  await release.installed('dev', two);
  await until('two pods of each', 60, () => release.ready('gunicorn').length === 2 && release.ready('nginx').length === 2);
  const evict = () => {
    const [pod] = release.ready('gunicorn');
    release.evict(pod?.metadata.name ?? '');
  };
  const crowding = crowd(release, '/', 40, 2);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  evict();
  expect(evict).toThrow(/disruption budget/);
  const counts = await crowding;
  expect(Object.keys(counts)).toEqual(['200']);
});

test('all threads busy for a minute restart no pod, and take none from the front', async () => {
  await release.installed('slow');
  await until('the slow page', 30, () => visit(release, '/slow/0/').status === 200);
  const threads = 8;
  const busy = crowd(release, '/slow/20/', 60, threads * 2);
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  expect(release.ready('gunicorn')).toHaveLength(1);
  const counts = await busy;
  expect(counts['502']).toBeUndefined();
  expect(restarts('gunicorn')).toEqual([0]);
  expect(release.ready('gunicorn')).toHaveLength(1);
});

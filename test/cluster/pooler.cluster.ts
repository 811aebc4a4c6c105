/** PgBouncer between Gunicorn and Postgres: what goes through it, what cannot go around it, and what changes while visitors are served. */
import { runNow } from './support/jobs';
import { during, until } from './support/kubectl';
import { Release } from './support/release';
import { unencrypted } from './support/sessions';
import { crowd, serving, visit, write } from './support/visitor';

const CONNECTIONS = 30;
const POOL = { replicas: 2, poolSize: 5 };
const release = new Release('dev', {
  release: 'pooled',
  django: { hosts: ['pooled.localhost'] },
  gunicorn: { workers: 2, threads: 30, gracefulTimeout: '5s' },
  postgres: { maxConnections: CONNECTIONS, pooler: { ...POOL, resources: { requests: { cpu: '50m' } } } },
});
const failed = (counts: Record<string, number>) => Object.entries(counts).filter(([status]) => status !== '200');

beforeAll(() => serving(release));
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('the project connects through it, encrypted, as the application, and its pod has no other way', () => {
  const program = `
import socket
from django.db import connection
cursor = connection.cursor()
cursor.execute("select current_user")
print(connection.settings_dict["HOST"], *cursor.fetchone())
try:
    socket.create_connection(("pooled-postgres", 5432), 3)
    print("connected")
except OSError as error:
    print(type(error).__name__)`;
  const [seen, direct] = release.python(program).split('\n');
  expect(seen).toMatch(/^pooled-pooler pooled_app$/);
  expect(direct).toBe('TimeoutError');
  expect(unencrypted(release)).toBe(0);
});

/** Open connections of the web pod to the pooler. */
const clients = () =>
  Number(
    release.python(
      `print(sum(line.split()[2].endswith(":1920") and line.split()[3] == "01" for file in ("tcp", "tcp6") for line in open("/proc/net/" + file)))`,
    ),
  );

test('more threads than the database has connections are served', async () => {
  const opened = "select count(*) from pg_stat_activity where usename like 'pooled_app%'";
  const load = crowd(release, '/', 15, 50);
  const seen = await during(load, () => [clients(), Number(release.sql(opened))] as const);
  expect(failed(await load)).toEqual([]);
  expect(Math.max(...seen.map(([web]) => web))).toBeGreaterThan(CONNECTIONS);
  expect(Math.max(...seen.map(([, database]) => database))).toBeLessThanOrEqual(POOL.replicas * POOL.poolSize);
});

test('its pods are replaced one after the other without a failed request', async () => {
  const old = release.pods('pooler').map(({ metadata }) => metadata.name);
  expect(old).toHaveLength(POOL.replicas);
  release.kubectl('rollout', 'restart', 'deployment/pooled-pooler');
  const names = () => release.list('pods', 'app.kubernetes.io/component=pooler').map(({ metadata }) => metadata.name);
  // They go when the last connection of before is as old as the project lets it be.
  const gone = until('the old pods to go', () => !names().some((name) => old.includes(name)));
  const counts = await during(gone, () => crowd(release, '/', 10, 4));
  expect(counts.flatMap(failed)).toEqual([]);
  expect(release.ready('pooler')).toHaveLength(POOL.replicas);
});

test('passwords are rotated without a failed request', async () => {
  const user = release.value('postgres-app', 'POSTGRES_USER');
  const counts = await during(release.rotate('postgres'), () => crowd(release, '/', 10, 4));
  expect(counts.flatMap(failed)).toEqual([]);
  expect(release.value('postgres-app', 'POSTGRES_USER')).not.toBe(user);
  expect(release.python("from django.db import connection; connection.cursor(); print(connection.settings_dict['USER'])")).toBe(
    release.value('postgres-app', 'POSTGRES_USER'),
  );
});

test('a restore takes the place of the database behind it', async () => {
  const authors = () => release.sql("select author from guestbook_entry where author like 'page %' order by id");
  expect(write(release, 'page one', 'before')).toBe(302);
  await runNow(release, 'backup', 'pooled');
  expect(write(release, 'page two', 'after')).toBe(302);
  await release.restore();
  await until('the site to serve', () => visit(release, '/').status === 200);
  expect(authors()).toBe('page one');
  expect(write(release, 'page three', 'restored')).toBe(302);
});

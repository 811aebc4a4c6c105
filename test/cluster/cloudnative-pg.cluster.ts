/** A `Cluster` of CloudNativePG in the real API, and the same stack in front of a server that is as its operator would make it. */
import { renameSync } from 'node:fs';
import { runNow } from './support/jobs';
import { kubectl, until } from './support/kubectl';
import { define, operate } from './support/operator';
import { block } from './support/page';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const CHANGES = {
  release: 'operated',
  django: { hosts: ['operated.localhost'] },
  gunicorn: { gracefulTimeout: '5s' },
  postgres: { kind: 'cloudnative-pg' },
};
const release = new Release('dev', CHANGES);
/** As a superuser, by the Service, as the page says. */
const sql = (statement: string, database = 'operated') =>
  release.kubectl('exec', 'svc/operated-postgres-rw', '-c', 'postgres', '--', 'psql', '-Atc', statement, '-U', 'postgres', database).trim();
const authors = (database?: string) => sql("select author from guestbook_entry where author like 'page %' order by id", database);

beforeAll(async () => {
  await define();
  release.apply();
  await release.applySecrets();
  await operate(release, 'operated-postgres');
  await serving(release);
});
afterAll(() => {
  kubectl(['delete', 'namespace', release.namespace, '--wait=false']);
});

test('the site is served from it, over TLS, in roles that the owner of the database has made', () => {
  expect(write(release, 'page one', 'operated')).toBe(302);
  expect(authors()).toBe('page one');
  const sessions = 'select distinct usename, ssl from pg_stat_ssl join pg_stat_activity using (pid) where datname = current_database()';
  expect(sql(`${sessions} and usename like '%\\_app%'`)).toBe('operated_app_a|t');
  expect(sql("select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = 'operated'")).toBe('f|t|t');
  expect(release.list('statefulsets')).toEqual([]);
});

test('a backup is made of it, rehearsed, and restored into it', async () => {
  expect((await runNow(release, 'backup', 'operated')).log).toContain('"event":"backup_ok"');
  expect((await runNow(release, 'drill', 'rehearsal')).log).toContain('"event":"drill_ok"');
  expect(write(release, 'page two', 'after')).toBe(302);
  const said = await release.restore();
  const aside = /--undo (\w+)/.exec(said)?.[1] ?? '';
  expect(said).toContain(`exec svc/operated-postgres-rw -c postgres -- dropdb -U postgres ${aside}`);
  await until('the site to serve', () => visit(release, '/').status === 200);
  expect([authors(), authors(aside)]).toEqual(['page one', 'page one\npage two']);
  expect(write(release, 'page three', 'restored')).toBe(302);
});

test('the passwords of all roles are rotated by the printed commands', async () => {
  await release.rotate('postgres');
  expect(write(release, 'page four', 'rotated')).toBe(302);
  expect(sql("select rolname from pg_roles where rolname like 'operated\\_app\\__' and rolcanlogin")).toBe('operated_app_b');
});

test('the data of a release with a server of its own move there, by the commands of the page', async () => {
  const own = Release.shared();
  await serving(own);
  expect(write(own, 'page moved', 'from the cluster')).toBe(302);
  const [stop, dump, restore] = block('how-to/move.md', '--format=custom').split('\n').slice(-4) as [string, string, string];
  await own.follow(`${stop}\n${dump}`);
  renameSync(own.path(`${own.release}.dump`), release.path(`${release.release}.dump`));
  expect(restore).toContain('npm run restore next ');
  await release.follow(restore.replace('next', 'prod'));
  own.apply();
  await until('the site to serve', () => visit(release, '/').status === 200);
  expect(authors()).toContain('page moved');
  expect(write(release, 'page five', 'moved')).toBe(302);
});

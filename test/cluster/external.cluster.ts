/** A database that somebody else runs: the same stack, and data that move there. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { FREIGHT, FREIGHT_LENGTH } from './support/freight';
import { runNow } from './support/jobs';
import { kubectl, until } from './support/kubectl';
import { Managed } from './support/managed';
import { block, line } from './support/page';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const managed = new Managed('elsewhere', 'lent');
let release: Release;
const answers = () => until('the site to serve', () => visit(release, '/').status === 200);
const authors = (database?: string) => managed.sql("select author from guestbook_entry where author like 'page %' order by id", database);

beforeAll(async () => {
  const { authority, address } = await managed.start();
  const { host, administrator: user } = managed;
  const external = { host, addresses: [`${address}/32`], secretName: 'managed-postgres' };
  const postgres = { storage: null, resources: null, kind: 'external', external, user };
  release = new Release('dev', { release: 'lent', django: { hosts: ['lent.localhost'] }, postgres, drill: { storage: '1Gi' } });
  release.render('dev');
  writeFileSync(release.path('POSTGRES_PASSWORD'), managed.password);
  writeFileSync(release.path('ca.crt'), authority);
  await release.follow(block('how-to/external.md', 'create secret generic managed-postgres'));
  await serving(release);
});
afterAll(() => {
  kubectl(['delete', 'namespace', managed.namespace, release.namespace, '--wait=false']);
});

test('the site is served from it, over TLS, in roles that its administrator has made', () => {
  expect(write(release, 'page one', 'elsewhere')).toBe(302);
  expect(authors()).toBe('page one');
  const sessions = 'select distinct usename, ssl from pg_stat_ssl join pg_stat_activity using (pid) where datname = current_database()';
  expect(managed.sql(`${sessions} and usename like '%\\_app%'`)).toBe('manager_app_a|t');
  expect(managed.sql("select rolsuper, rolcreaterole from pg_roles where rolname = 'manager_owner'")).toBe('f|f');
  expect(release.list('statefulsets')).toEqual([]);
});

test('a backup is made of it, rehearsed, and restored into it', async () => {
  expect((await runNow(release, 'backup', 'page')).log).toContain('"event":"backup_ok"');
  expect((await runNow(release, 'drill', 'rehearsal')).log).toContain('"event":"drill_ok"');
  expect(write(release, 'page two', 'after')).toBe(302);
  const said = await release.restore();
  const aside = /--undo (\w+)/.exec(said)?.[1] ?? '';
  expect(said).toContain(`dropdb -h ${managed.host} -p 5432 -U manager ${aside}`);
  await answers();
  expect([authors(), authors(aside)]).toEqual(['page one', 'page one\npage two']);
  expect(write(release, 'page three', 'restored')).toBe(302);
});

test('the data of a release with a server of its own move there', async () => {
  const own = Release.shared();
  await serving(own);
  expect(write(own, 'page moved', 'from the cluster')).toBe(302);
  own.sql(FREIGHT);
  const lines = block('how-to/move.md', '--format=custom').split('\n');
  const [stop = '', dump = ''] = lines.slice(lines.findIndex((line) => line.includes(' scale ')));
  await own.follow(`${stop}\n${dump}`);
  copyFileSync(own.path(`${own.release}.dump`), release.path(`${release.release}.dump`));
  await release.follow(line('how-to/move.md', 'npm run restore next').replace('next', 'prod'));
  own.apply();
  await answers();
  expect(authors()).toContain('page moved');
  expect(managed.sql('select length(freight) from freight')).toBe(FREIGHT_LENGTH);
  own.sql('drop table freight');
  expect(write(release, 'page four', 'afterwards')).toBe(302);
});

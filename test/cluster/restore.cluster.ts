/** `npm run restore`: a database beside the live one, and then in its place. */
import { writeFileSync } from 'node:fs';
import { runNow } from './support/jobs';
import { Connection } from './support/connection';
import { leading } from './support/kubeconfig';
import { during, kubectlMeanwhile, meanwhile, PATIENTLY, pause, until } from './support/kubectl';
import { block, line } from './support/page';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const release = Release.shared();
const authors = (database?: string) => release.sql("select author from guestbook_entry where author like 'page %' order by id", database);
const databases = () => release.sql("select datname from pg_database where datname like '%\\_%' order by 1").split('\n');
const jobs = () => release.list('jobs').map(({ metadata }) => metadata.name);
const migrations = "select count(*) from django_migrations where app = 'guestbook'";

/** Of what the page calls a database that was put aside. */
const EXAMPLE = '20261123_143512';

/** Nginx asks DNS for new pods every few seconds. */
const answers = () => until('the site to serve', () => visit(release, '/').status === 200);

beforeAll(() => serving(release));

afterEach(async () => {
  await answers();
  for (const name of databases().filter((one) => one.startsWith(`${release.release}_`))) {
    release.sql(`drop database ${name} with (force)`, 'postgres');
  }
});

test('the newest backup takes the place of the live database, which is kept, and one command brings it back', async () => {
  expect(write(release, 'page one', 'before')).toBe(302);
  await runNow(release, 'backup', 'page');
  expect(write(release, 'page two', 'after')).toBe(302);
  // A migration that the backup lacks is applied before the site sees the database.
  const applied = release.sql(migrations);
  const said = await release.follow(line('how-to/restore.md', '# the newest backup'));
  expect(said).toContain('"event":"restore_ok"');
  expect(said).toContain(`the roles of ${release.release}_restored are as they must be`);
  const [, aside = '', time = ''] = /--undo (\w+_before_(\d{8}_\d{6}))\n/.exec(said) ?? [];
  expect(aside).toBe(`${release.release}_before_${time}`);
  await answers();
  expect([authors(), authors(aside), release.sql(migrations)]).toEqual(['page one', 'page one\npage two', applied]);
  expect(write(release, 'page three', 'restored')).toBe(302);

  const kept = await release.follow(line('how-to/restore.md', '--undo').replace(EXAMPLE, time));
  await answers();
  expect(authors()).toBe('page one\npage two');
  const other = databases().find((name) => authors(name) === 'page one\npage three');
  expect(kept).toContain(`what was live is ${other}`);
  await release.follow(line('how-to/restore.md', 'dropdb').replace(EXAMPLE, other?.slice(-EXAMPLE.length) ?? ''));
  expect(databases()).not.toContain(other);
  expect(jobs()).toEqual(expect.not.arrayContaining([expect.stringMatching(/-(restore|swap)$/)]));
});

test('a connection that is cut twice on the way ends neither the copying nor the change of names', async () => {
  const connection = new Connection();
  const there = leading(release.path('cut'), await connection.start());
  const cutAt = async (step: string) => {
    // A swap takes three seconds. The connection goes through this process, which must not wait for a command meanwhile.
    await kubectlMeanwhile(['--namespace', release.namespace, 'wait', '--for=create', `job/${release.release}-${step}`, PATIENTLY]);
    await connection.cut();
    await pause(6);
    await connection.start();
  };
  const said = meanwhile('npm', ['run', 'restore', 'dev'], { cwd: release.path(''), env: { KUBECONFIG: there } });
  await Promise.all([said, cutAt('restore').then(() => cutAt('swap'))]).finally(() => connection.cut());
  expect((await said).match(/^the cluster answers again$/gm)).toHaveLength(2);
  expect(await said).toMatch(/"event":"restore_ok"[^]*"event":"swap_ok"/);
  expect((await said).match(/"event":"restore_ok"/g)).toHaveLength(1);
});

test('the site serves until the names change, and again soon after', async () => {
  await runNow(release, 'backup', 'again');
  const statuses = (await during(release.restore(), () => visit(release, '/').status)).map((status) => status === 200);
  const [first, last] = [statuses.indexOf(false), statuses.lastIndexOf(false)];
  expect(first).toBeGreaterThan(5);
  expect(statuses.slice(first, last + 1).every((served) => !served)).toBe(true);
});

test('rows that somebody has deleted come back from a backup that stays beside, as the page of the night says', async () => {
  expect(write(release, 'page deleted', 'to come back')).toBe(302);
  await runNow(release, 'backup', 'deleted');
  const backedUp = new Date().toISOString().replace(/\.\d+/, '');
  release.sql("delete from guestbook_entry where author = 'page deleted'");
  expect(write(release, 'page since', 'to stay')).toBe(302);
  const command = block('runbook.md', '--beside').replace('2026-11-23T13:00Z', backedUp);
  expect(await release.follow(command)).toContain(`psql -U ${release.release} ${release.release}_restored`);
  expect(authors()).not.toContain('page deleted');
  await release.follow(block('runbook.md', 'COPY $table TO STDOUT'));
  expect(authors()).toContain('page deleted');
  expect(authors()).toContain('page since');
  expect(databases()).not.toContain(`${release.release}_restored`);
  expect(write(release, 'page afterwards', 'under a number of its own')).toBe(302);
});

test('a plain file of a database with other owners is taken in', async () => {
  expect(write(release, 'page four', 'in the file')).toBe(302);
  const dump = release.kubectl('exec', `${release.release}-postgres-0`, '--', 'pg_dump', '-U', release.release, release.release);
  writeFileSync(release.path('backup.sql'), dump.replaceAll(`OWNER TO ${release.release}_owner`, 'OWNER TO django'));
  expect(write(release, 'page five', 'not in the file')).toBe(302);
  await release.follow(line('how-to/restore.md', '--file'));
  await answers();
  expect(authors()).toContain('page four');
  expect(authors()).not.toContain('page five');
  expect(write(release, 'page six', 'afterwards')).toBe(302);
});

test('a restore that fails says why, and touches nothing', async () => {
  const before = databases();
  await expect(release.restore({ at: '2020-01-01T00:00Z' })).rejects.toThrow(/shop\w* is as it was/);
  expect(databases()).toEqual(before);
  expect(visit(release, '/').status).toBe(200);
});

test('a volume that is of no use any more is replaced, and the newest backup restored, as the page of the night says', async () => {
  expect(write(release, 'page kept', 'in the backup')).toBe(302);
  await runNow(release, 'backup', 'volume');
  expect(await release.follow(block('runbook.md', 'get pods,pvc,jobs'))).toContain(`data-${release.release}-postgres-0`);
  const claim = () => release.kubectl('get', 'pvc', `data-${release.release}-postgres-0`, '--output=jsonpath={.metadata.uid}');
  const before = claim();
  const [commands = '', last = ''] = block('runbook.md', 'delete pvc data-shop-postgres-0').split(/^(?=npm run)/m);
  expect(last).toBe('npm run restore prod\n');
  await release.follow(commands);
  expect(claim()).not.toBe(before);
  expect(authors()).toBe('');
  await release.follow(last);
  await answers();
  expect(authors()).toContain('page kept');
  expect(write(release, 'page on a new volume', 'afterwards')).toBe(302);
});

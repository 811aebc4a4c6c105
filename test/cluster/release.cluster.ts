/** Releases: migrations once, before new pods serve, and no failed request. */
import { readFileSync } from 'node:fs';
import { pause, tagOf, until } from './support/kubectl';
import { block } from './support/page';
import { Release } from './support/release';
import { serving, crowdDuring, visit } from './support/visitor';

const release = Release.shared();
const images = () => release.ready('gunicorn').map(tagOf);
const jobs = () => release.migrations().map(({ metadata }) => metadata.uid);

/** What the answers were to visitors who were there meanwhile, but for those that were as they should be. */
async function failedDuring(work: () => Promise<void>) {
  const [counts = {}] = await crowdDuring(release, pause(2).then(work), [{ visitors: 2, paths: ['/'] }]);
  expect(counts['200']).toBeGreaterThan(0);
  return Object.keys(counts).filter((answer) => answer !== '200');
}

beforeAll(async () => {
  await serving(release);
  // A cluster that was kept has the migrations of the run before.
  release.sql("delete from django_migrations where name like '0002_%' and app = 'guestbook'");
});
afterEach(() => serving(release));

test('the same tag again: the commands of the page migrate, and start other pods', async () => {
  const pods = () => release.pods('gunicorn').map(({ metadata }) => metadata.uid);
  const before = [...jobs(), ...pods()];
  await release.follow(block('releases.md', 'delete job'));
  release.rolledOut(`deployment/${release.release}-gunicorn`);
  await until('the migration to end', () => release.migrations()[0]?.status.succeeded === 1);
  const after = [...jobs(), ...pods()];
  expect(after).toHaveLength(2);
  expect(before.filter((uid) => after.includes(uid))).toEqual([]);
});

test('a release that is applied twice migrates once', () => {
  const before = jobs();
  release.apply();
  expect(jobs()).toEqual(before);
});

test('a migration that goes wrong is named by the log that the page asks for, with its error, and the old release serves on', async () => {
  const [, logs = ''] = /`(kubectl -n shop-prod logs [^`]*)`/.exec(readFileSync('docs/releases.md', 'utf8')) ?? [];
  const failed = await failedDuring(async () => {
    release.apply('broken');
    await until('the migration to fail', () => release.migrationLog().includes('migration guestbook.0002_boom failed: '));
    await until('the new pod to be held back', () => release.pods('gunicorn').length === 2);
  });
  expect(await release.follow(logs.replace('<name>', release.migrations().at(-1)?.metadata.name ?? ''))).toContain('division by zero');
  expect(failed).toEqual([]);
  expect(images()).toEqual(['dev']);
  expect(release.sql("select count(*) from django_migrations where name = '0002_boom'")).toBe('0');
});

test('a model without its migration file is named, and the old release serves on', async () => {
  release.apply('forgotten');
  await until('the complaint', () => release.migrationLog().includes('model changes without a migration file'));
  await until('what it is about', () => release.migrationLog().includes('+ Add field mood to entry'));
  const gate = () => release.pods('gunicorn').flatMap(({ status }) => status.initContainerStatuses ?? []);
  await until('the new pod to be held back', () => gate().some(({ restartCount }) => restartCount > 0));
  expect(visit(release, '/').status).toBe(200);
  expect(images()).toEqual(['dev']);
});

test('with a new migration the old pods serve until it is done, the new ones wait, a backup comes first, and no request fails', async () => {
  const failed = await failedDuring(async () => {
    release.apply('next');
    await release.pausing();
    expect(images()).toEqual(['dev']);
    expect(release.pods('gunicorn')).toHaveLength(2);
    expect(release.migrationLog()).toMatch(/1 pending:\n {2}guestbook\.0002_pause[\s\S]*"event":"backup_ok"/);
    release.rolledOut(`deployment/${release.release}-gunicorn`);
    await until('the old pod to end', () => release.list('pods', 'app.kubernetes.io/component=gunicorn').length === 1);
  });
  expect(release.sql("select count(*) from django_migrations where name = '0002_pause'")).toBe('1');
  expect(images()).toEqual(['next']);
  expect(failed).toEqual([]);
});

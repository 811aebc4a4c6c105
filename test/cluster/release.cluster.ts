/** Releases: migrations once, before new pods serve, and no failed request. */
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving, crowd, visit } from './support/visitor';

const release = Release.shared();
const images = () =>
  release.ready('gunicorn').map(({ spec }) => (spec as { containers: [{ image: string }] }).containers[0].image.split(':')[1]);
const failed = (counts: Record<string, number>) => Object.entries(counts).filter(([status]) => status !== '200');

beforeAll(async () => {
  await serving(release);
  // A cluster that was kept has the migrations of the run before.
  release.kubectl('delete', 'jobs', '--selector=app.kubernetes.io/component=migrate');
  release.sql("delete from django_migrations where name like '0002_%' and app = 'guestbook'");
  await serving(release);
});
afterEach(() => serving(release));

test('a release that is applied twice migrates once', () => {
  const before = release.migrations().map(({ metadata }) => metadata.uid);
  release.apply();
  expect(release.migrations().map(({ metadata }) => metadata.uid)).toEqual(before);
});

test('a migration that goes wrong is named, with its error, and the old release serves on', async () => {
  const crowding = crowd(release, '/', 45, 2);
  release.apply('broken');
  await until('the migration to fail', 60, () => release.migrationLog().includes('migration guestbook.0002_boom failed: '));
  expect(release.migrationLog()).toContain('division by zero');
  const counts = await crowding;
  expect(failed(counts)).toEqual([]);
  expect(images()).toEqual(['dev']);
  expect(release.sql("select count(*) from django_migrations where name = '0002_boom'")).toBe('0');
});

test('a model without its migration file is named, and the old release serves on', async () => {
  release.apply('forgotten');
  await until('the complaint', 60, () => release.migrationLog().includes('model changes without a migration file'));
  expect(release.migrationLog()).toContain('+ Add field mood to entry');
  const gate = () => release.pods('gunicorn').flatMap(({ status }) => status.initContainerStatuses ?? []);
  await until('the new pod to be held back', 60, () => gate().some(({ restartCount }) => restartCount > 0));
  expect(visit(release, '/').status).toBe(200);
  expect(images()).toEqual(['dev']);
});

test('with a new migration the old pods serve until it is done, the new ones wait, a backup comes first, and no request fails', async () => {
  const crowding = crowd(release, '/', 50, 2);
  release.apply('next');
  await until('the migration to run', 120, () => release.migrationLog().includes('Applying guestbook.0002_pause'));
  expect(release.migrationLog()).toMatch(/1 pending:\n {2}guestbook\.0002_pause[\s\S]*"event":"backup_ok"/);
  expect(images()).toEqual(['dev']);
  expect(release.pods('gunicorn')).toHaveLength(2);
  release.rolledOut(`deployment/${release.release}-gunicorn`);
  expect(release.sql("select count(*) from django_migrations where name = '0002_pause'")).toBe('1');
  const counts = await crowding;
  expect(images()).toEqual(['next']);
  expect(failed(counts)).toEqual([]);
});

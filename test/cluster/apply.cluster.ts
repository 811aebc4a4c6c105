/** Plain kubectl: the first time, every later time, and after a delete. */
import { changed } from './support/kubectl';
import { Release } from './support/release';
import { serving, visit, write } from './support/visitor';

const release = new Release('dev');

beforeAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('the first apply, with the Secrets after it, ends in a site that serves', async () => {
  await serving(release);
  expect(visit(release, '/')).toMatchObject({ status: 200 });
});

test('a second apply changes nothing', () => {
  expect(changed(release.apply())).toEqual([]);
});

test('deleting the stack keeps the database and the backups, and a new apply finds them', async () => {
  expect(write(release, 'Ada', 'before the delete')).toBe(302);
  const claims = () => release.list('persistentvolumeclaims').map(({ metadata }) => `${metadata.name} ${metadata.uid}`);
  const before = claims();
  release.kubectl('delete', '--filename', `${release.render('dev')}/stack.k8s.yaml`, '--wait');
  expect(claims()).toEqual(before);
  await serving(release);
  expect(visit(release, '/').text).toContain('before the delete');
});

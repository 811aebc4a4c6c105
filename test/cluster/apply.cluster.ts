/** Plain kubectl: the first time, every later time, and after a delete. */
import { readFileSync, writeFileSync } from 'node:fs';
import { changed } from './support/kubectl';
import { block } from './support/page';
import { Release } from './support/release';
import { answering, arrive, serving, visit, write } from './support/visitor';

const release = new Release('dev');

beforeAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

const PAGE = 'how-to/kubectl.md';
const follow = (text: string) => release.follow(block(PAGE, text));

test('the first apply, of manifests and Secrets by the command of the page, ends in a site that serves', async () => {
  arrive();
  await release.fillSecrets();
  release.synth();
  await follow('-f dist/prod -f secrets/prod');
  await follow('rollout status');
  await answering(release);
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

test('what a release no longer has goes by the commands of the page, and what keeps data stays', async () => {
  const prune = block(PAGE, '--prune');
  const names = (kind: string) => release.list(kind).map(({ metadata }) => metadata.name);
  await release.follow(prune);
  const [configMaps, claims, secrets] = ['configmaps', 'persistentvolumeclaims', 'secrets'].map(names);
  release.apply('dev', { nginx: { uploadLimit: '7Mi' } });
  const beside = names('configmaps').filter((name) => !configMaps?.includes(name));
  expect(beside).toEqual([expect.stringMatching(/^shop-nginx-[0-9a-f]{8}$/)]);
  await release.follow(prune);
  expect(names('configmaps')).not.toEqual(
    expect.arrayContaining(configMaps?.filter((name) => /^shop-nginx-[0-9a-f]{8}$/.test(name)) ?? []),
  );
  expect(names('configmaps')).toEqual(expect.arrayContaining(beside));
  expect(names('persistentvolumeclaims')).toEqual(claims);
  expect(names('secrets')).toEqual(secrets);
  await answering(release);
});

test('Kustomize changes on top of dist/ what its patch says, and nothing else', async () => {
  const yaml = /```yaml\n([^]*?)```/.exec(readFileSync('docs/how-to/kubectl.md', 'utf8'))?.[1] ?? '';
  release.apply();
  writeFileSync(release.path('kustomization.yaml'), yaml.replaceAll('dist/prod', 'dist/dev'));
  expect(changed(await follow('apply -k .'))).toEqual(['deployment.apps/shop-gunicorn configured']);
});

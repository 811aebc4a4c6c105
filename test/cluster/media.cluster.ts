/** Uploaded files: in the backup beside the database, and back again. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inPodOf, runNow } from './support/jobs';
import { PATIENTLY, until } from './support/kubectl';
import { block, line } from './support/page';
import { Release } from './support/release';
import { serving, visit } from './support/visitor';

// One node mounts the volume, so that every pod that needs it must come to that node.
const release = new Release('dev', {
  release: 'album',
  django: { hosts: ['album.localhost'], media: { storage: '64Mi', accessMode: 'ReadWriteOnce', path: '/app/django_app/media' } },
});
const FOLDER = '/app/django_app/media';

beforeAll(() => serving(release));
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

/** As the project's own code saves what a form has brought; returns the path of its address. */
const upload = (name: string, content: string) =>
  release.python(`
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
print(default_storage.url(default_storage.save(${JSON.stringify(name)}, ContentFile(${JSON.stringify(content)}))))`);
const inWebPod = (command: string) => release.kubectl('exec', `deployment/${release.release}-gunicorn`, '--', 'sh', '-c', command).trim();
const event = (said: string) => JSON.parse(said.trim().split('\n').at(-1) ?? '') as Readonly<Record<string, unknown>>;
const served = (path: string, text: string) => until(`${path} to be served`, () => visit(release, path).text === text);

test('an upload is in the backup, the next has it in common, a drill reads it, and after a loss one command brings it back', async () => {
  const path = upload('2026/photo one.txt', 'a photo');
  expect(path).toBe('/media/2026/photo%20one.txt');
  await served(path, 'a photo');
  const first = event((await runNow(release, 'backup', 'first')).log);
  expect(first).toMatchObject({ event: 'backup_ok', media: { files: 1, bytes: 7 }, left_out: 0 });
  upload('second.txt', 'another');
  expect(event((await runNow(release, 'backup', 'second')).log)).toMatchObject({ media: { files: 2, bytes: 14 } });
  const links = await inPodOf(
    release,
    'backup',
    'links',
    `cd /backup/${String(first.backup)}/media; stat --format %h '2026/photo one.txt'; touch /media/x 2>&1 || true
     sha256sum '2026/photo one.txt'`,
  );
  expect(links).toMatch(/^2\n.*Read-only file system\n/);
  expect(links).toContain(createHash('sha256').update('a photo').digest('hex'));
  expect(event((await runNow(release, 'drill', 'drill')).log)).toMatchObject({ event: 'drill_ok', media: { files: 2, bytes: 14 } });

  inWebPod(`rm -r ${FOLDER}/2026; echo changed >${FOLDER}/second.txt`);
  expect(visit(release, path).status).toBe(404);
  const said = await release.follow(line('how-to/restore.md', '# uploaded files that are missing'));
  expect(said).toContain("differs, and stays as it is: 'second.txt'");
  expect(event(said)).toMatchObject({ event: 'restore_media_ok', files: 1, differing: 1 });
  await served(path, 'a photo');
  await served('/media/second.txt', 'changed\n');
  // Gunicorn may write to what has come back.
  expect(inWebPod(`echo new >>'${FOLDER}/2026/photo one.txt' && touch ${FOLDER}/2026/more && ls -A ${FOLDER}`)).toBe('2026\nsecond.txt');
  expect(release.list('jobs').map(({ metadata }) => metadata.name)).not.toContain(`${release.release}-restore-media`);
});

test('uploads from before come in by the command of the page that moves a project here', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uploads-'));
  mkdirSync(join(folder, 'media/2019'), { recursive: true });
  writeFileSync(join(folder, 'media/2019/old one.txt'), 'from compose');
  const command = block('how-to/move.md', 'tar --extract').replace('/app/media', FOLDER).replace('cd media', `cd ${folder}/media`);
  await release.follow(command);
  await served('/media/2019/old%20one.txt', 'from compose');
});

test('before a migration files are not backed up, and the next backup has them in common with the one before that', async () => {
  await runNow(release, 'backup', 'third');
  release.apply('next');
  release.rolledOut(`deployment/${release.release}-gunicorn`);
  expect(release.migrationLog()).toMatch(/"event":"backup_ok","backup":"[^"]+","bytes":\d+,"seconds"/);
  const { backup } = event((await runNow(release, 'backup', 'fourth')).log);
  expect(await inPodOf(release, 'backup', 'links', `stat --format %h /backup/${String(backup)}/media/second.txt`)).toBe('2\n');
});

test('the command of the page makes a backup that has no file in common with others', async () => {
  await release.follow(block('how-to/backup.md', 'ANEW=yes'));
  release.kubectl('wait', '--for=condition=complete', 'job/anew', PATIENTLY);
  const { backup } = event(release.kubectl('logs', 'job/anew'));
  expect(await inPodOf(release, 'backup', 'apart', `stat --format %h /backup/${String(backup)}/media/second.txt`)).toBe('1\n');
});

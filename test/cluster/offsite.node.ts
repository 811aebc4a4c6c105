/** Copies of backups in a bucket outside of the cluster, and the way back. Needs the suite's own node, which has a host outside of it. */
import { Bucket, credentials, PAGE } from './support/bucket';
import { FREIGHT, FREIGHT_LENGTH } from './support/freight';
import { inBackupPod, inPodOf, runNow } from './support/jobs';
import { meanwhile } from './support/kubectl';
import { KeyPair } from './support/openpgp';
import { line } from './support/page';
import { BY_HAND, Release } from './support/release';

const bucket = new Bucket();
const key = new KeyPair();
const offsite = { ...bucket.settings, ...BY_HAND, publicKey: key.public, drill: { ...BY_HAND, secretName: 'shop-reader' } };
const release = new Release('dev', { release: 'remote', django: { hosts: ['remote.localhost'] }, offsite });
const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

beforeAll(async () => {
  await bucket.start();
  release.give('offsite', credentials('writer'));
  await release.installed();
  const { ACCESS_KEY_ID: id, SECRET_ACCESS_KEY: secret } = credentials('reader');
  const reader = { RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID: id, RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY: secret, GNUPGHOME: key.home };
  Object.assign(process.env, reader, { PATH: `${process.env.OFFSITE_TOOLS}:${process.env.PATH}` });
  const [, command = ''] = /^```sh secret\n([^]*?)^```/m.exec(PAGE) ?? [];
  await meanwhile('bash', ['-euo', 'pipefail', '-c', command.replace('shop-prod', release.namespace)]);
});
afterAll(() => {
  bucket.stop();
  key.forget();
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('a backup is in the bucket, and nobody reads it there; the next run sends nothing', async () => {
  const { backup } = lastLine((await runNow(release, 'backup', 'backup')).log) as { backup: string };
  const first = lastLine((await runNow(release, 'offsite', 'first')).log);
  const sent = bucket.objects();
  expect(first).toMatchObject({ event: 'offsite_ok', bytes: Object.values(sent).reduce((sum, { length }) => sum + length, 0) });
  expect(Object.keys(sent)).toEqual(expect.arrayContaining([`${backup}/MD5SUMS`, `${backup}/${backup}.tar.gpg.0000`]));
  const dump = await inPodOf(release, 'backup', 'look', `base64 --wrap=0 /backup/${backup}/database.dump`);
  const piece = sent[`${backup}/${backup}.tar.gpg.0000`];
  expect(piece?.includes(Buffer.from(dump, 'base64').subarray(0, 64))).toBe(false);
  expect(piece?.includes(`${backup}/`)).toBe(false);
  expect(lastLine((await runNow(release, 'offsite', 'second')).log)).toMatchObject({ copied: 0, bytes: 0, backups: first.backups });
  expect(bucket.objects()).toEqual(sent);
});

test('its pod reaches the bucket, and nothing else', async () => {
  const [postgres] = release.ready('postgres');
  const addresses = ['10.99.0.10/9000', '10.99.0.10/443', '203.0.113.10/443', `${postgres?.status.podIP}/5432`, '10.96.0.1/443'];
  const opens = (address: string) => `timeout 3 bash -c "</dev/tcp/${address}"`;
  // Until the rules of a new pod are in force, it reaches everything.
  const ruled = `for ((i = 0; i < 60; i++)); do ${opens('203.0.113.10/443')} || break; sleep 1; done`;
  const script = `${ruled}; for one in ${addresses.join(' ')}; do (${opens('$one')} && echo $one) & done; wait`;
  expect((await inPodOf(release, 'offsite', 'reaches', script)).trim()).toBe('10.99.0.10/9000');
});

test('a wrong credential fails the Job, and the status of its pod says so', async () => {
  release.give('offsite', { SECRET_ACCESS_KEY: 'wrong' });
  await release.applySecrets();
  const { succeeded, message } = await runNow(release, 'offsite', 'wrong');
  expect(succeeded).toBe(false);
  expect(lastLine(message)).toEqual({ event: 'offsite_failed', reason: expect.stringContaining('SignatureDoesNotMatch') as string });
  release.give('offsite', credentials('writer'));
  await release.applySecrets();
});

test('a drill fetches the newest copy, decrypts it and restores it', async () => {
  const [newest = ''] = Object.keys(bucket.objects()).sort().reverse();
  const drill = await runNow(release, 'offsite-drill', 'drill');
  expect(lastLine(drill.message)).toMatchObject({ event: 'drill_ok', source: 'off-site', backup: newest.split('/')[0] });
});

test('the database and all backups in the cluster are gone, and come back from the bucket', async () => {
  release.sql("insert into guestbook_entry (author, text, created) values ('page one', 'to come back', now())");
  release.sql(FREIGHT);
  await runNow(release, 'backup', 'last-backup');
  await runNow(release, 'offsite', 'last-copy');
  await inBackupPod(release, 'lose', `rm -r /backup/${release.release}-*`);
  release.sql(`drop database ${release.release} with (force)`, 'postgres');
  const said = await release.follow(line('how-to/off-site.md', '# the newest copy that came whole'));
  expect(said).toContain('"event":"fetch_ok"');
  expect(said).toContain('"event":"restore_ok"');
  expect(release.sql("select author from guestbook_entry where author = 'page one'")).toBe('page one');
  expect(release.sql('select length(freight) from freight')).toBe(FREIGHT_LENGTH);
  release.rolledOut(`deployment/${release.release}-gunicorn`);
});

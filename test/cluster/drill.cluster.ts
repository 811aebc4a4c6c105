/** Drills: the newest backup restored into a server of the pod's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inBackupPod, inPodOf, runNow } from './support/jobs';
import { until } from './support/kubectl';
import { Release } from './support/release';
import { serving, write } from './support/visitor';

const release = Release.shared();
const DAMAGES = readFileSync(join(__dirname, '../support/damages.sh'), 'utf8');
const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
const databases = () => release.sql('select count(*) from pg_database');
/** Of the pods of the Job `drill`. */
const claims = () =>
  release.list('persistentvolumeclaims').flatMap(({ metadata: { name } }) => (/^drill-[a-z\d]{5}-/.test(name) ? [name] : []));

beforeAll(() => serving(release));

test('the newest backup is restored, roles and all, and the result stands in the log and in the status of the pod', async () => {
  expect(write(release, 'drill', 'to be rehearsed')).toBe(302);
  const backup = await runNow(release, 'backup', 'before-drill');
  const before = databases();
  const drill = await runNow(release, 'drill', 'drill');
  expect(drill.log).toContain('drill_ok');
  const event = lastLine(drill.log);
  expect(event).toMatchObject({ event: 'drill_ok', backup: lastLine(backup.log).backup });
  expect(lastLine(drill.message)).toEqual(event);
  expect(`${event.tables as number}`).toBe(release.sql("select count(*) from pg_tables where schemaname = 'public'"));
  expect(databases()).toBe(before);
});

test('its volume goes with its pod', async () => {
  expect(claims()).toHaveLength(1);
  release.kubectl('delete', 'job', 'drill');
  await until('the volume of the drill to go', () => claims().length === 0);
});

test('a hundred random damages of a backup are each noticed, in the pod of a drill, which names the file', async () => {
  release.sql('create role late');
  await runNow(release, 'backup', 'to-damage');
  release.sql('drop role late');
  const copies = `
    read -r older newest < <(ls /backup | tail -n 2 | xargs)
    cp -R "/backup/$older" "/backup/$newest" ~
    export BACKUP_DIRECTORY=$HOME
    set -- ~/"$newest" ~/"$older" bash /runtime/drill.sh bash -c 'echo started'`;
  expect(await inPodOf(release, 'drill', 'damages', `${copies}\n${DAMAGES}`)).toBe('100 of 100\n');
});

test('a backup that was damaged since fails the drill, and the status of the pod says which file', async () => {
  const damage =
    'cd "$(ls -d /backup/*Z | tail -n 1)"; printf x | dd of=database.dump bs=1 seek=500 conv=notrunc status=none; basename "$PWD"';
  const backup = (await inBackupPod(release, 'damage', damage)).trim();
  const drill = await runNow(release, 'drill', 'damaged-drill');
  expect(drill.succeeded).toBe(false);
  expect(lastLine(drill.message)).toEqual({
    event: 'drill_failed',
    reason: `${backup} is damaged: SHA256SUMS does not hold for database.dump`,
  });
});

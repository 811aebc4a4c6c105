/** Backups: made, verified, and restored. */
import { readFileSync } from 'node:fs';
import { inBackupPod, runNow } from './support/jobs';
import { block } from './support/page';
import { Release } from './support/release';
import { serving, write } from './support/visitor';

const release = Release.shared();
const SCRATCH = 'scratch';
const TABLES = ['guestbook_entry', 'django_migrations', 'auth_permission'];

beforeAll(() => serving(release));

test('a backup is made, its checksums hold, and it restores with the row counts of its manifest, which are those of the database', async () => {
  expect(write(release, 'Ada', 'to be kept')).toBe(302);
  const { log } = await runNow(release, 'backup', 'now');
  const { backup, bytes } = JSON.parse(log.trim().split('\n').at(-1) ?? '') as { backup: string; bytes: number };
  expect(bytes).toBeGreaterThan(1000);
  const printed = await inBackupPod(
    release,
    'restore',
    `cd /backup/${backup} && sha256sum --check --quiet --strict SHA256SUMS
     dropdb --if-exists ${SCRATCH} 2>/dev/null; createdb ${SCRATCH}
     pg_restore --exit-on-error --no-owner --dbname ${SCRATCH} database.dump
     for table in ${TABLES.join(' ')}; do
       for database in ${release.release} ${SCRATCH}; do psql -At -d "$database" -c "select count(*) from $table"; done
     done | paste - - ; dropdb ${SCRATCH}
     cat manifest.json`,
    { administrator: true },
  );
  const begin = printed.indexOf('{');
  const manifest = JSON.parse(printed.slice(begin)) as { image: string; migrations: object; rows: Readonly<Record<string, number>> };
  const counts = printed.slice(0, begin).trim().split('\n');
  const told = TABLES.map((table) => manifest.rows[`public.${table}`]);
  expect(counts).toEqual(told.map((count) => `${count}\t${count}`));
  expect(manifest.image).toMatch(/^registry\.example\.com\/example\/shop:/);
  expect(manifest.migrations).toHaveProperty('guestbook');
});

test('a dump that breaks off is noticed, leaves nothing behind, and the older ones are as they were', async () => {
  const printed = await inBackupPod(
    release,
    'truncated',
    `mkdir /tmp/bin
     cat >/tmp/bin/pg_dump <<'PROGRAM'
#!/bin/bash
PATH=\${PATH#/tmp/bin:} pg_dump "$@"
for file in "$@"; do [[ $file != *.part/database.dump ]] || truncate --size="$(($(stat --format=%s "$file") / 2))" "$file"; done
PROGRAM
     chmod +x /tmp/bin/pg_dump
     before=$(cd /backup && find . -type f | sort | xargs sha256sum)
     if PATH=/tmp/bin:$PATH bash /runtime/backup.sh 2>&1; then echo NOT NOTICED; fi
     after=$(cd /backup && find . -type f | sort | xargs sha256sum)
     [[ $before == "$after" ]] && echo UNCHANGED`,
  );
  expect(printed).toMatch(/"event":"backup_failed","reason":"pg_restore failed/);
  expect(printed).toContain('UNCHANGED');
  expect(printed).not.toContain('NOT NOTICED');
});

test('the commands of the pages make a backup now, a plain file, and a rehearsal', async () => {
  expect(await release.follow(block('how-to/backup.md', 'db_backup.sh of old'))).toContain('"event":"backup_ok"');
  await release.follow(block('how-to/backup.md', '--to shop.sql'));
  expect(readFileSync(release.path(`${release.release}.sql`), 'utf8')).toContain('CREATE TABLE public.guestbook_entry');
  expect(await release.follow(block('how-to/drill.md', 'create job --from=cronjob/shop-drill'))).toContain('"event":"drill_ok"');
});

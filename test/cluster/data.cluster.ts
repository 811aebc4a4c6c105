/** Backups: made, verified, and restored. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inBackupPod, runNow } from './support/jobs';
import { until } from './support/kubectl';
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

describe('the page of backups', () => {
  const page = readFileSync(join(__dirname, '../../docs/backups.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const names: Readonly<Record<string, string>> = { 'shop-prod': release.namespace, shop: release.release };
  const entries = (database?: string) => release.sql("select author from guestbook_entry where author like 'page %' order by id", database);

  /** What it says, with the names of this release. */
  function run(text: string): string {
    const script = text.replaceAll(/shop-prod|shop/g, (name) => names[name] ?? name);
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    return stdout;
  }

  test('restores the newest backup as written, keeps what was live, and the site serves again', async () => {
    expect(write(release, 'page one', 'before')).toBe(302);
    await runNow(release, 'backup', 'page');
    expect(write(release, 'page two', 'after')).toBe(302);
    expect(blocks).toHaveLength(2);
    expect(run(blocks[0] ?? '')).toMatch(/database\.dump: OK[\s\S]*"migrations"/);
    expect(entries()).toBe('page one\npage two');
    run(blocks[1] ?? '');
    release.apply();
    release.rolledOut(`deployment/${release.release}-gunicorn`);
    expect(entries()).toBe('page one');
    expect(entries(`${release.release}_before`)).toBe('page one\npage two');
    // Nginx asks DNS for new pods every few seconds.
    await until('the site to serve', 60, () => write(release, 'page three', 'restored') === 302);
    expect(entries()).toBe('page one\npage three');
  });

  test('is undone by the same renames the other way round', async () => {
    const back = (blocks[1] ?? '')
      .replace('shop RENAME TO shop_before', 'shop RENAME TO shop_restored')
      .replace('shop_restored RENAME TO shop;', 'shop_before RENAME TO shop;')
      .replace('kubectl -n shop-prod delete job restore\n', '');
    run(back);
    release.apply();
    release.rolledOut(`deployment/${release.release}-gunicorn`);
    expect(entries()).toBe('page one\npage two');
    expect(entries(`${release.release}_restored`)).toBe('page one\npage three');
    await until('the site to serve', 60, () => write(release, 'page four', 'as before') === 302);
    release.kubectl('exec', `${release.release}-postgres-0`, '--', 'dropdb', '-U', release.release, `${release.release}_restored`);
  });
});

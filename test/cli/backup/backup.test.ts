import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, size, type BackupOptions } from '../../../cli/backup/backup';
import { CommandError } from '../../../cli/command';
import { FakePods, pod } from '../../support/fake-pods';
import { place } from '../../support/place';

const here = place();
beforeEach(() => here.project());

const MADE = '{"event":"backup_ok","backup":"shop-20261128T040000Z","bytes":27586,"seconds":2}';
const SQL = '--\n-- PostgreSQL database dump\n--\n-- Dumped from database version 18.1\nSELECT 1;\n-- PostgreSQL database dump complete\n';
const mount = (name: string) => ({ name, mountPath: `/${name}` });
const template = {
  metadata: { labels: { 'app.kubernetes.io/component': 'backup' } },
  spec: {
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] } },
    restartPolicy: 'Never',
    containers: [
      { name: 'backup', image: 'postgres:18', env: [{ name: 'PGUSER' }], volumeMounts: ['backup', 'tmp', 'secret-x'].map(mount) },
    ],
    volumes: ['runtime', 'backup', 'tmp', 'secret-x'].map((name) => ({ name })),
  },
};
const done = {
  ...pod('one', 'backup'),
  status: { phase: 'Succeeded', containerStatuses: [{ name: 'backup', state: { terminated: {} } }] },
};

/** A cluster whose backup says this, and the download that. */
const cluster = ({
  log = MADE,
  sql = SQL,
  ends = 'Complete',
}: { readonly log?: string; readonly sql?: string | CommandError; readonly ends?: string } = {}) =>
  new FakePods([done], (words) => {
    if (words.startsWith('logs')) return `pg_dump: says\n${log}`;
    if (words.startsWith('exec')) return sql;
    if (words.startsWith('get cronjob')) return JSON.stringify({ spec: { jobTemplate: { spec: { template } } } });
    if (words.startsWith('get job')) return JSON.stringify({ status: { conditions: [{ type: ends, status: 'True', message: 'so' }] } });
    return words.includes('--dry-run=client') ? 'kind: Job' : '';
  });
const file = (name = 'shop.sql') => join(here.root, name);
const run = (options: BackupOptions = {}, one = cluster()) => backup('prod', options, here.root, one).then(() => one);
const reason = (options: BackupOptions = {}, one = cluster()) =>
  run(options, one).then(String, (error: unknown) => (error as Error).message);
const ran = ({ ran: calls }: FakePods) => calls.map(({ args }) => args.join(' '));

test('the CronJob makes it now, its log is shown, and name and size are said', async () => {
  expect(ran(await run())[0]).toMatch(/^create job shop-backup-\d{8}t\d{6} --from=cronjob\/shop-backup$/);
  expect(here.said).toEqual(['pg_dump: says', MADE, 'shop-20261128T040000Z is there and has been read back: 26.9 KiB']);
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(size(bytes)).toBe(words);
});

test('a backup that fails says so, and nothing is downloaded', async () => {
  expect(await reason({ to: file() }, cluster({ ends: 'Failed' }))).toMatch(/has failed \(so\)/);
  expect(existsSync(file())).toBe(false);
});

test('one that does not say what it made is not taken for a backup', async () => {
  expect(await reason({}, cluster({ log: 'nothing' }))).toContain('did not say what it made');
});

test('the file is that very backup as plain SQL, for its owner alone', async () => {
  const one = await run({ to: file() });
  expect(readFileSync(file(), 'utf8')).toBe(SQL);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(ran(one).find((words) => words.startsWith('exec'))).toContain('pg_restore --file - /backup/shop-20261128T040000Z/database.dump');
  expect(ran(one).at(-1)).toMatch(/^delete pod shop-backup-\d{8}t\d{6} /);
});

const made = (one: FakePods) =>
  JSON.parse(one.ran.find(({ args }) => args[0] === 'create' && args[1] === '--filename')?.input ?? '') as {
    metadata: { labels: object };
    spec: { affinity: object; volumes: object[]; containers: [{ volumeMounts: object[]; env: object[] }] };
  };

test('its pod goes to the node of the others that mount the backups, and is one that those go to', async () => {
  const { metadata, spec } = made(await run({ to: file() }));
  expect(spec.affinity).toEqual(template.spec.affinity);
  expect(metadata.labels).toEqual(template.metadata.labels);
});

test('its pod knows no password, and cannot change a backup', async () => {
  const { spec } = made(await run({ to: file() }));
  expect(spec.volumes).toEqual([{ name: 'backup' }, { name: 'tmp' }]);
  expect(spec.containers[0].volumeMounts).toEqual([
    { ...mount('backup'), readOnly: true },
    { ...mount('tmp'), readOnly: false },
  ]);
  expect(spec.containers[0].env).toEqual([{ name: 'HOME', value: '/tmp' }]);
});

test.each([
  ['breaks off', SQL.replace(/-- PostgreSQL database dump complete\n/, ''), 'breaks off'],
  ['fails', new CommandError('kubectl exec: lost'), 'kubectl exec: lost'],
])('a download that %s leaves no file, half or whole, and no pod', async (_, sql, expected) => {
  const one = cluster({ sql });
  expect(await reason({ to: file() }, one)).toContain(expected);
  expect([existsSync(file()), existsSync(file('shop.sql.part'))]).toEqual([false, false]);
  expect(ran(one).at(-1)).toMatch(/^delete pod /);
});

test('a download that is interrupted leaves no file and no pod', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  const one = cluster();
  const run = one.run.bind(one);
  jest.spyOn(one, 'run').mockImplementation((args, options) => {
    if (args[0] !== 'exec') return run(args, options);
    options?.to?.write('half', () => process.emit('SIGINT', 'SIGINT'));
    return new Promise(() => undefined);
  });
  void backup('prod', { to: file() }, here.root, one);
  while (exit.mock.calls.length === 0) await new Promise(setImmediate);
  exit.mockRestore();
  expect(ran(one).at(-1)).toMatch(/^delete pod shop-backup-/);
  expect([existsSync(file()), existsSync(file('shop.sql.part'))]).toEqual([false, false]);
});

test('a file that is there, or that somebody else writes, is refused before a backup is made', async () => {
  writeFileSync(file(), 'mine');
  writeFileSync(file('other.sql.part'), 'half');
  mkdirSync(file('folder'));
  const one = cluster();
  expect(await reason({ to: file() }, one)).toBe(`${file()} is there, and is not written over: name another file, or move it away`);
  expect(await reason({ to: file('other.sql') }, one)).toContain('of a download that goes on or was interrupted');
  expect(await reason({ to: file('nowhere/x.sql') }, one)).toContain(`--to must be a file in a folder that is there`);
  expect([readFileSync(file(), 'utf8'), one.ran]).toEqual(['mine', []]);
});

test('--dry-run shows the Job', async () => {
  const one = await run({ dryRun: true });
  expect(here.said).toEqual(['kind: Job']);
  expect(ran(one)).toEqual([expect.stringContaining('--dry-run=client')]);
});

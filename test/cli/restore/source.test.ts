import { backupSource, optionsOf, restoreProps, type RestoreOptions } from '../../../cli/restore/source';
import { PUBLIC_KEY } from '../../support/public-key';
import { config } from '../../support/stack';

const NOON = new Date('2026-11-23T12:00:00Z');
const props = (options: RestoreOptions) => restoreProps(config(), options, NOON);

test('without options it is the newest backup', async () => {
  expect(await props({})).toMatchObject({ source: { kind: 'backup' }, restored: 'shop_restored', aside: 'shop_before_20261123_120000' });
  expect((await props({})).source).not.toHaveProperty('time');
});

test.each([
  ['2026-11-23T14:30Z', '20261123T143000Z'],
  ['2026-11-23 14:30:15+01:00', '20261123T133015Z'],
  ['2026-01-01T00:00-02:30', '20260101T023000Z'],
])('--at %s is %s in the names of backups', async (at, time) => {
  expect((await props({ at })).source).toEqual({ kind: 'backup', time });
});

test.each(['2026-11-23', '2026-11-23T14:30', 'yesterday', '2026-13-01T00:00Z', ''])('--at %j is refused', async (at) => {
  await expect(props({ at })).rejects.toThrow(`--at must be a time with its zone, such as 2026-11-23T14:30Z`);
});

test('--undo takes what a restore has put aside, and nothing else', async () => {
  const undo = 'shop_before_20261122_090000';
  expect(await props({ undo })).toMatchObject({ source: { kind: 'kept' }, restored: undo, aside: 'shop_before_20261123_120000' });
  await expect(props({ undo: 'template1' })).rejects.toThrow(
    '--undo must be a database that a restore has put aside, such as shop_before_',
  );
});

const offsite = { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY };

test('--from off-site takes a copy, and --at says which', async () => {
  const copy = (options: RestoreOptions) => restoreProps(config({ offsite }), { from: 'off-site', ...options }, NOON);
  expect((await copy({})).source).toEqual({ kind: 'copy' });
  expect((await copy({ at: '2026-11-23T14:30Z' })).source).toEqual({ kind: 'copy', time: '20261123T143000Z' });
  await expect(copy({ file: 'x.sql' })).rejects.toThrow('--file and --from exclude each other');
  await expect(copy({ undo: 'shop_before_20261122_090000' })).rejects.toThrow('--undo and --from exclude each other');
  await expect(props({ from: 'off-site' })).rejects.toThrow('--from off-site needs the section `offsite`');
});

test('options that exclude each other are named', async () => {
  await expect(props({ at: '2026-11-23T14:30Z', file: 'x.sql' })).rejects.toThrow('--at and --file exclude each other');
  await expect(props({ undo: 'shop_before_20261122_090000', beside: true })).rejects.toThrow('--undo and --beside exclude each other');
});

test.each([
  [{}, []],
  [{ at: '2026-11-23T15:30:15+01:00' }, ['--at 2026-11-23T14:30:15Z']],
  [{ from: 'off-site' as const, at: '2026-11-23T14:30Z' }, ['--from off-site', '--at 2026-11-23T14:30:00Z']],
])('the backup of %j is that of these options: %j', (options: RestoreOptions, expected) => {
  const found = optionsOf(backupSource(config({ offsite }), options.at, options.from));
  expect(found).toEqual(expected);
});

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { examine } from '../../../cli/restore/file';

const folder = mkdtempSync(join(tmpdir(), 'file-'));
const path = join(folder, 'backup.sql');
afterAll(() => rmSync(folder, { recursive: true }));

const PLAIN = [
  '--',
  '-- PostgreSQL database dump',
  '--',
  '',
  '-- Dumped from database version 14.2 (Debian 14.2-1)',
  'CREATE TABLE public.item (n integer);',
  'COPY public.item (n) FROM stdin;',
  '1',
  '\\.',
  '',
  '--',
  '-- PostgreSQL database dump complete',
  '--',
  '',
].join('\n');

/** What a file of --format=custom begins with, as pg_dump 15 has written it: a number is a sign and four bytes, the lowest first. */
const CUSTOM = [
  '5047444d50 01 0e 00 04 08 01', // PGDMP, version 1.14.0, the bytes of a number and of an offset, the format
  '0101000000', // compression: the level
  '0030000000 0036000000 0003000000 001c000000 000a000000 007e000000 0000000000', // time
  '0008000000 706f737467726573', // database
  '0005000000 31352e3138', // server: 15.18
  '0005000000 31352e3138', // pg_dump
];
/** What changes in archives of 1.16, which pg_dump 17 and 18 write. */
const OF_18 = ['5047444d50 01 10 00 04 08 01', '01', ...CUSTOM.slice(2, 4), '0004000000 31382e31', '0004000000 31382e31'];
const bytes = (hexadecimal: readonly string[]) => Buffer.from(hexadecimal.join('').replaceAll(' ', ''), 'hex');

async function problem(content: string | Buffer): Promise<string> {
  writeFileSync(path, content);
  return examine(path, 17).then(
    () => 'none',
    (error: unknown) => (error as Error).message.replaceAll(path, 'FILE'),
  );
}

const checksum = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

test('a plain file and one of --format=custom are known by what they begin with', async () => {
  writeFileSync(path, PLAIN);
  expect(await examine(path, 14)).toEqual({ kind: 'file', format: 'plain', checksum: checksum(PLAIN), bytes: PLAIN.length });
  for (const [custom, major] of [
    [bytes(CUSTOM), 15],
    [bytes(OF_18), 18],
  ] as const) {
    writeFileSync(path, custom);
    expect(await examine(path, major)).toEqual({ kind: 'file', format: 'custom', checksum: checksum(custom), bytes: custom.length });
  }
});

test.each([
  ['that breaks off', PLAIN.slice(0, -60), 'FILE breaks off: its last lines have no "-- PostgreSQL database dump complete"'],
  ['of a newer server', PLAIN.replace('14.2', '18.1'), 'FILE is of Postgres 18, which postgres.version 17 cannot read'],
  ['of a newer server, in --format=custom', bytes(OF_18), 'FILE is of Postgres 18, which postgres.version 17 cannot read'],
  ['that ends in its head', bytes(CUSTOM.slice(0, 4)), 'FILE is damaged: it does not say which Postgres it is of'],
  ['that is no archive', 'PGDMP', 'FILE is damaged: it does not say which Postgres it is of'],
  ['of gzip', gzipSync(PLAIN), 'FILE is compressed: unpack it first, with gunzip'],
  ['of something else', 'select 1;\n', 'FILE is no file that pg_dump writes as plain SQL or with --format=custom'],
  ['that is empty', '', 'FILE is no file that pg_dump writes as plain SQL or with --format=custom'],
  [
    'of pg_dumpall',
    `--\n-- PostgreSQL database cluster dump\n--\n${PLAIN}`,
    'FILE is of pg_dumpall, and holds all databases of a server: make one of the one database, with pg_dump',
  ],
  [
    'of --create',
    PLAIN.replace('CREATE TABLE', 'CREATE DATABASE shop;\n\n\\connect shop\n\nCREATE TABLE'),
    'FILE changes to another database on the way (\\connect): make it without --create',
  ],
])('a file %s is refused', async (_what, content, expected) => {
  expect(await problem(content)).toBe(expected);
  expect(await problem(PLAIN)).toBe('none');
});

test('what leads to another database is found wherever it stands, and only at the beginning of a line', async () => {
  const rows = (bytes: number) => `${'-'.repeat(bytes - 1)}\n`;
  const inLine = (offset: number) => PLAIN.replace('1\n', `${'-'.repeat(65_536 + offset - PLAIN.indexOf('1\n'))}\\connect other\n`);
  for (const offset of [-16, -15, -12, -9, -8, -1, 0, 1]) {
    expect(await problem(inLine(offset))).toBe('none');
    const before = PLAIN.replace('COPY', `${rows(65_536 + offset - PLAIN.indexOf('COPY'))}\\connect other\nCOPY`);
    expect(await problem(before)).toContain('another database');
  }
  expect(await problem(`\\connect other\n${PLAIN}`)).toContain('another database');
});

test('everything that is wrong is said at once', async () => {
  expect((await problem(PLAIN.slice(0, -60).replace('14.2', '18.1'))).split('\n')).toHaveLength(2);
});

test('a folder and a file that is not there are refused', async () => {
  await expect(examine(folder, 17)).rejects.toThrow(
    `${folder} is a folder: make one file of it, with pg_restore --file backup.sql ${folder}`,
  );
  await expect(examine(join(folder, 'gone'), 17)).rejects.toThrow('gone is no file');
});

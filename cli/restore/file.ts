/** Files that pg_dump has written. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Source } from '../../constructs/restore/database-job';
import { CommandError } from '../command';

const HEAD_BYTES = 4096;
const TAIL_BYTES = 1024;
/** Leads to another database: `pg_dump --create` writes it. */
const CONNECT = /\n\\(?:connect|c) /;
/** More than such a line has before the name, with the end of the line before. */
const OVERLAP = 16;

/** What a file of --format=custom begins with. */
const CUSTOM = 'PGDMP';
/** What a plain one ends with. */
const COMPLETE = '-- PostgreSQL database dump complete';

interface Found {
  readonly head: Buffer;
  readonly tail: Buffer;
  readonly checksum: string;
  readonly connects: boolean;
}

async function read(path: string): Promise<Found> {
  const hash = createHash('sha256');
  // The first line begins as all others do: after the end of one.
  let [head, tail, connects] = [Buffer.alloc(0), Buffer.from('\n'), false];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    connects ||= CONNECT.test(Buffer.concat([tail.subarray(-OVERLAP), chunk]).toString('latin1'));
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
  }
  return { head, tail, checksum: hash.digest('hex'), connects };
}

function* versionProblems(dumped: string | undefined, major: number): Generator<string> {
  if (Number(dumped) > major) yield `is of Postgres ${dumped}, which postgres.version ${major} cannot read`;
}

/** What is wrong with a plain file. */
function* plainProblems({ head, tail, connects }: Found, major: number): Generator<string> {
  const text = head.toString('latin1');
  if (text.includes('-- PostgreSQL database cluster dump')) {
    yield 'is of pg_dumpall, and holds all databases of a server: make one of the one database, with pg_dump';
    return;
  }
  if (!text.includes('-- PostgreSQL database dump')) {
    yield 'is no file that pg_dump writes as plain SQL or with --format=custom';
    return;
  }
  if (!tail.includes(COMPLETE)) yield `breaks off: its last lines have no "${COMPLETE}"`;
  if (connects) yield 'changes to another database on the way (\\connect): make it without --create';
  yield* versionProblems(/^-- Dumped from database version (\d+)/m.exec(text)?.[1], major);
}

/** What is wrong with a file of --format=custom. Source: PostgreSQL, pg_backup_archiver.c, `WriteHead`. */
function* customProblems({ head }: Found, major: number): Generator<string> {
  const [minor = 0, , width = 0] = head.subarray(CUSTOM.length + 1);
  // A sign and its bytes, the lowest first.
  const number = 1 + width;
  const valueAt = (offset: number) => head.subarray(offset + 1, offset + number).reduceRight((sum, byte) => 256 * sum + byte, 0);
  const compression = minor < 15 ? number : 1;
  const database = CUSTOM.length + 6 + compression + 7 * number; // after versions, widths, the kind of file, and seven numbers of a time
  const server = database + number + valueAt(database);
  const dumped = /^\d+/.exec(head.toString('latin1', server + number, server + number + valueAt(server)))?.[0];
  if (dumped === undefined) yield 'is damaged: it does not say which Postgres it is of';
  yield* versionProblems(dumped, major);
}

/**
 * Looks at a file before anything is done with it.
 * @throws CommandError when it is no dump of one database, not whole, or of a newer Postgres than `major`
 */
export async function examine(path: string, major: number): Promise<Extract<Source, { kind: 'file' }>> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new CommandError(`${path} is a folder: make one file of it, with pg_restore --file backup.sql ${path}`);
  if (!stat?.isFile()) throw new CommandError(`${path} is no file`);
  const found = await read(path);
  const { head, checksum } = found;
  const format = head.subarray(0, CUSTOM.length).toString('latin1') === CUSTOM ? 'custom' : 'plain';
  if (head.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) throw new CommandError(`${path} is compressed: unpack it first, with gunzip`);
  const problems = [...(format === 'custom' ? customProblems : plainProblems)(found, major)];
  if (problems.length > 0) throw new CommandError(problems.map((problem) => `${path} ${problem}`).join('\n'));
  return { kind: 'file', format, checksum, bytes: stat.size };
}

/** PostgreSQL on loopback, sized as the stack sizes one, with a database to back up. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parameters } from '../../constructs/postgres/sizing';

const INSTALLED = '/usr/lib/postgresql';
const BINARIES = join(INSTALLED, `${Math.max(...readdirSync(INSTALLED).map(Number))}/bin`);
/** The account of Debian's package: Postgres refuses to run as root. */
const ACCOUNT = 'postgres';
const GIBIBYTE = 1024 ** 3;
const SIZED = parameters({ memory: 2 * GIBIBYTE, cpu: 2000, storage: 20 * GIBIBYTE, maxConnections: 100 });

export const DATABASE = 'shop';
/** Rows of each table; with its index such a table takes an eighth of a gigabyte. */
const ROWS = 530_000;
const TABLES = 8;

const program = (name: string) => join(BINARIES, name);
const PATH = `${BINARIES}:${process.env.PATH}`;

/** Variables of everything that connects. */
export const client = (port: number) => ({ PATH, PGHOST: '127.0.0.1', PGPORT: `${port}`, PGUSER: DATABASE, PGDATABASE: DATABASE });

/** Command that makes a server in a folder, and runs it. */
export function serverCommand(folder: string, port: number, superuser = DATABASE): string[] {
  const options = Object.entries({ ...SIZED, listen_addresses: '127.0.0.1', port, unix_socket_directories: '' });
  const start = [program('postgres'), '-D', folder, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])].join(' ');
  const make = `${program('initdb')} --pgdata ${folder} --username ${superuser} --auth trust --encoding UTF8 --locale C.UTF-8 --data-checksums`;
  const account = process.getuid?.() === 0 ? ['setpriv', `--reuid=${ACCOUNT}`, `--regid=${ACCOUNT}`, '--clear-groups'] : [];
  return [...account, 'bash', '-c', `cd / && ${make} >/dev/null && exec ${start}`];
}

/** A folder that a server may make its own in. */
export function folderOfServer(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  if (process.getuid?.() === 0) {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((option) => Number(execFileSync('id', [option, ACCOUNT])));
    chownSync(folder, uid, gid);
  }
  return join(folder, 'data');
}

export function psql(port: number, statement: string, database = DATABASE): string {
  const options = ['-X', '-At', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', statement];
  return execFileSync(program('psql'), options, { env: client(port) })
    .toString()
    .trim();
}

/** Starts one, and fills it. */
export async function start(parent: string, port: number): Promise<ChildProcess> {
  const [command = '', ...args] = serverCommand(folderOfServer(parent, 'server'), port);
  const server = spawn(command, args, { stdio: 'ignore' });
  while (server.exitCode === null) {
    try {
      execFileSync(program('pg_isready'), ['--quiet'], { env: client(port) });
      break;
    } catch {
      await setTimeout(200);
    }
  }
  psql(port, `create database ${DATABASE}`, 'postgres');
  for (let table = 1; table <= TABLES; table += 1) {
    // As rows of a site are: numbers, times, texts of which a third does not compress.
    psql(
      port,
      `create table item_${table} (id bigint primary key, made timestamptz not null, name text not null, content text not null);
       insert into item_${table} select n, now() - n * interval '1 second', 'name of ' || n, md5(n::text) || repeat(' and so on', 12)
       from generate_series(1, ${ROWS}) as n;
       create index on item_${table} (made); analyze item_${table}`,
    );
  }
  psql(port, 'checkpoint');
  return server;
}

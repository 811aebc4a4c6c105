/** A PostgreSQL as the official image sets one up, with the example's tables and some rows in them. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../test/front/support/until';
import { EXAMPLE, FOLDER, PYTHON, SITE } from './places';

const INSTALLED = '/usr/lib/postgresql';
/** The account of Debian's package. */
const ACCOUNT = 'postgres';
export const ADDRESS = '127.0.0.1';
export const PASSWORD = 'bench';
export interface Database {
  readonly pid: number;
  readonly version: string;
}

function account(): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = ['-u', '-g'].map((option) => Number(execFileSync('id', [option, ACCOUNT])));
  return { uid, gid };
}

/** @param environment - of the example's processes */
export async function startDatabase(environment: Readonly<Record<string, string>>): Promise<Database> {
  const { POSTGRES_USER: user = '', POSTGRES_DB: name = '', PATH } = environment;
  const major = Math.max(...readdirSync(INSTALLED).map(Number));
  const program = (command: string) => join(INSTALLED, `${major}/bin`, command);
  const { uid, gid } = account();
  const [folder, data] = [join(FOLDER, 'postgres'), join(FOLDER, 'postgres/data')];
  mkdirSync(folder);
  chownSync(folder, uid, gid);
  writeFileSync(join(folder, 'password'), PASSWORD);
  const owned = { uid, gid, cwd: folder };
  const how = ['--auth', 'scram-sha-256', '--pwfile', join(folder, 'password'), '--encoding', 'UTF8', '--no-sync'];
  execFileSync(program('initdb'), ['--pgdata', data, '--username', user, ...how], owned);
  const log = openSync(join(FOLDER, 'postgres.log'), 'a');
  const options = ['-c', `listen_addresses=${ADDRESS}`, '-c', `unix_socket_directories=${folder}`];
  const server = spawn(program('postgres'), ['-D', data, ...options], { ...owned, stdio: ['ignore', log, log] });
  const psql = (database: string, statement: string) =>
    execFileSync('psql', ['-h', ADDRESS, '-U', user, '-d', database, '-Atqc', statement], { env: { PATH, PGPASSWORD: PASSWORD } })
      .toString()
      .trim();
  await until('PostgreSQL to answer', () => {
    try {
      execFileSync('pg_isready', ['-h', ADDRESS, '-q']);
      return true;
    } catch {
      return false;
    }
  });
  psql('postgres', `create database ${name}`);
  const manage = (input: Buffer | string, ...command: readonly string[]) =>
    execFileSync(PYTHON, ['manage.py', ...command], { cwd: join(EXAMPLE, 'django_app'), env: environment, input });
  manage('', 'migrate', '--verbosity', '0');
  manage(readFileSync(join(SITE, 'fill.py')), 'shell', '--verbosity', '0');
  psql(name, 'analyze');
  return { pid: server.pid ?? 0, version: psql(name, 'show server_version').replace(/ .*/, '') };
}

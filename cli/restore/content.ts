/** What goes through the pipe of the Job. */
import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Config } from '../../config/resolve';
import { bucketVariables } from '../../constructs/bucket';
import type { RestoreProps } from '../../constructs/restore/database-job';
import { runtimeProgram } from '../../constructs/runtime-files';
import { CommandError, tell } from '../command';
import { withCleanup } from '../interrupt';

/** Opens it. */
export type Content = () => Readable;

interface Wanted {
  /** That somebody has given. */
  readonly file?: string;
  /** Part of a copy that the Job does not read. */
  readonly leave: 'media' | 'database.dump';
}

const PROGRAM = 'fetch.sh';

/** The last line of a program of pods, if that says why it has failed. */
function reasonOf(errors: string): string {
  const line = errors.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as { reason: string }).reason.replaceAll('; ', '\n') : errors.trim();
}

/** Runs the program that fetches and decrypts, here, with what is in this environment. */
async function fetch(offsite: NonNullable<Config['offsite']>, database: string, time: string, scratch: string, folder: string) {
  const key = join(scratch, 'public-key.asc');
  writeFileSync(key, offsite.publicKey);
  const given = { ...bucketVariables(offsite), PGDATABASE: database, BACKUP_DIRECTORY: folder, PUBLIC_KEY: key };
  const env = { ...process.env, ...given, PRIVATE_KEY: undefined }; // it is in the keyring
  const child = spawn('bash', [runtimeProgram(PROGRAM), time], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  createInterface(child.stdout).on('line', tell);
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', () => reject(new CommandError('bash cannot be run: install it')));
    child.on('close', resolve);
  });
  if (status !== 0) throw new CommandError(reasonOf(errors));
}

/** The newest copy that is not younger than that time, in that folder, as an archive without what is left. */
async function fetched(
  offsite: NonNullable<Config['offsite']>,
  database: string,
  time: string,
  leave: string,
  scratch: string,
): Promise<Content> {
  const folder = join(scratch, 'backup');
  mkdirSync(folder);
  await fetch(offsite, database, time, scratch, folder);
  const names = readdirSync(folder);
  const left = names.map((name) => `--exclude=${name}/${leave}`);
  const archive = ['--create', '--anchored', '--no-wildcards', ...left, '--directory', folder, '--', ...names];
  return () => spawn('tar', archive, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}

/**
 * Does something with what the Job reads, where it reads something: the file, or a copy of a backup, fetched into a folder of this
 * machine and decrypted. That folder is gone afterwards, and when somebody interrupts.
 * @throws CommandError with all that stands in the way of fetching it
 */
export async function withContent<T>(
  { config, source }: Pick<RestoreProps, 'config' | 'source'>,
  { file, leave }: Wanted,
  act: (content?: Content) => Promise<T>,
): Promise<T> {
  const { offsite } = config;
  if (file !== undefined) return act(() => createReadStream(file));
  if (source.kind !== 'copy' || !offsite) return act();
  const scratch = mkdtempSync(join(tmpdir(), 'restore-'));
  return withCleanup(
    async () => act(await fetched(offsite, config.postgres.database, source.time ?? 'newest', leave, scratch)),
    () => rm(scratch, { recursive: true, force: true, maxRetries: 10 }),
  );
}

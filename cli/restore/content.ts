/** What goes through the pipe of the Job. */
import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Config } from '../../config/resolve';
import { bucketVariables } from '../../constructs/bucket';
import type { RestoreProps } from '../../constructs/restore/database-job';
import { runtimeProgram } from '../../constructs/runtime-files';
import { CommandError, tell } from '../command';

export interface Content {
  readonly open: () => Readable;
  /** Removes what was fetched for it. */
  readonly discard: () => void;
}

interface Wanted {
  /** That somebody has given. */
  readonly file?: string;
  /** Part of a copy that the Job does not read. */
  readonly leave: 'media' | 'database.dump';
}

const PROGRAM = 'fetch.sh';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A folder for what nobody else may read, which goes in the end, or when somebody interrupts. */
class Scratch {
  public readonly path = mkdtempSync(join(tmpdir(), 'restore-'));

  public constructor() {
    for (const signal of SIGNALS) process.once(signal, this.interrupted);
  }

  public readonly remove = () => {
    for (const signal of SIGNALS) process.off(signal, this.interrupted);
    rmSync(this.path, { recursive: true, force: true });
  };

  private readonly interrupted = () => {
    this.remove();
    process.exit(130);
  };
}

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

async function fetched(offsite: NonNullable<Config['offsite']>, database: string, time: string, leave: string): Promise<Content> {
  const scratch = new Scratch();
  const folder = join(scratch.path, 'backup');
  mkdirSync(folder);
  try {
    await fetch(offsite, database, time, scratch.path, folder);
  } catch (error) {
    scratch.remove();
    throw error;
  }
  const names = readdirSync(folder);
  const left = names.map((name) => `--exclude=${name}/${leave}`);
  const archive = ['--create', '--anchored', '--no-wildcards', ...left, '--directory', folder, '--', ...names];
  return { open: () => spawn('tar', archive, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout, discard: scratch.remove };
}

/**
 * What the Job reads, where it reads something: the file, or a copy of a backup, fetched into a folder of this machine and decrypted.
 * @throws CommandError with all that stands in the way of fetching it
 */
export async function contentOf(
  { config, source }: Pick<RestoreProps, 'config' | 'source'>,
  { file, leave }: Wanted,
): Promise<Content | undefined> {
  if (file !== undefined) return { open: () => createReadStream(file), discard: () => undefined };
  if (source.kind !== 'copy' || !config.offsite) return undefined;
  return fetched(config.offsite, config.postgres.database, source.time ?? 'newest', leave);
}

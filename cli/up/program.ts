/** Programs that a person would run by hand, found on the PATH. */
import { spawn, type StdioOptions } from 'node:child_process';
import { CommandError } from '../command';

// What docker adds about when and how it has built would make every build another image.
const ENVIRONMENT = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

interface Ended {
  readonly status: number | null;
  readonly errors: string;
}

/** Runs it to its end; nothing where it is not installed. */
function ended(program: string, args: readonly string[], stdio: StdioOptions): Promise<Ended | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...ENVIRONMENT }, stdio });
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (status) => resolve({ status, errors: errors.trim() }));
  });
}

/**
 * Shows what it says, as it would by hand.
 * @throws CommandError when it is not there, or fails
 */
export async function runProgram(program: string, ...args: readonly string[]): Promise<void> {
  const end = await ended(program, args, ['ignore', 'inherit', 'inherit']);
  if (!end) throw new CommandError(`${program} cannot be run: install it`);
  if (end.status !== 0) throw new CommandError(`${program} ${args[0] ?? ''} ended with ${end.status}: its last lines above say why`);
}

/** Why a program cannot be used, by a command of it that only looks; nothing where it can. */
export async function unusable(program: string, ...args: readonly string[]): Promise<string | undefined> {
  const end = await ended(program, args, ['ignore', 'ignore', 'pipe']);
  if (!end) return 'not installed';
  return end.status === 0 ? undefined : (end.errors.split('\n').at(-1) ?? '') || `ended with ${end.status}`;
}

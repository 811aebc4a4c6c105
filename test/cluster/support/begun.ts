/** A command that goes on until it is interrupted. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Release } from './release';

export class Begun {
  /** What it has printed until now. */
  public said = '';
  private readonly command: ChildProcess;
  private readonly ended: Promise<unknown>;

  /** `npm run` with these words, in the project of a release. */
  public constructor(release: Release, ...words: readonly string[]) {
    this.command = spawn('npm', ['run', '--silent', ...words], { cwd: release.path('.'), detached: true });
    for (const stream of [this.command.stdout, this.command.stderr]) stream?.on('data', (data: Buffer) => (this.said += data.toString()));
    this.ended = once(this.command, 'close');
  }

  /** Ends all of its processes as Ctrl-C in a terminal does, and waits for them. */
  public async interrupt(): Promise<void> {
    if (this.command.pid === undefined) throw new Error('npm cannot be run');
    process.kill(-this.command.pid, 'SIGINT');
    await this.ended;
  }
}

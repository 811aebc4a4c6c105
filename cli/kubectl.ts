/** kubectl, in the namespace of a release and the current context. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { CommandError } from './command';
import { complaint, isUnanswered } from './complaint';
import { Patience, Unanswered } from './patience';

interface Options {
  /** Text for its input.
   * @default - none */
  readonly input?: string;
  /** Opens what is its input.
   * @default - none */
  readonly open?: () => Readable;
  /** Gets each line of its output at once.
   * @default - the whole output is the result */
  readonly tell?: (line: string) => void;
  /** Gets its output as it is.
   * @default - as for `tell` */
  readonly to?: Writable;
  /** Ends it.
   * @default - it ends by itself */
  readonly signal?: AbortSignal;
}

const MISSING = 'kubectl cannot be run: install it, and let it reach the cluster';

const notRun = (error: NodeJS.ErrnoException) =>
  new CommandError(error.code === 'ENOENT' ? MISSING : `kubectl cannot be run: ${error.message}`);

/** What a command needs that only asks. */
export type Asking = Pick<Kubectl, 'run' | 'json'>;

/** What a command needs that also runs commands in pods. */
export type Acting = Pick<Kubectl, 'run' | 'json' | 'attached' | 'command'>;

export class Kubectl {
  private readonly patience = new Patience();

  public constructor(private readonly namespace: string) {}

  /**
   * What it prints. Waits for a cluster that does not answer any more.
   * @throws CommandError that says why it has failed
   */
  public run(args: readonly string[], options: Options = {}): Promise<string> {
    return this.patience.through(args, () => this.once(args, options), options.signal);
  }

  /** Runs it with the input and output of this process, and resolves with its exit code; as shells say it, where a signal ended it. */
  public attached(args: readonly string[]): Promise<number> {
    const child = spawn('kubectl', this.words(args), { env: process.env, stdio: 'inherit' });
    return new Promise((resolve, reject) => {
      child.on('error', (error) => reject(notRun(error)));
      child.on('close', (status, signal) => resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  }

  public async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, '--output', 'json'])) as T;
  }

  /** The whole command, as a shell takes it. */
  public command(args: readonly string[]): string {
    const quoted = (word: string) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
    return ['kubectl', ...this.words(args)].map(quoted).join(' ');
  }

  private async once(args: readonly string[], { input, open, tell, to, signal }: Options): Promise<string> {
    const child = spawn('kubectl', this.words(args), { env: process.env });
    let [output, errors] = ['', ''];
    if (to) child.stdout.pipe(to);
    else if (tell) createInterface(child.stdout).on('line', tell);
    else child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdin.on('error', () => undefined); // it has ended, and says why
    if (open) open().pipe(child.stdin);
    else child.stdin.end(input);
    const end = () => child.kill();
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => reject(notRun(error)));
      child.on('close', resolve);
    }).finally(() => signal?.removeEventListener('abort', end));
    if (status === 0) return output;
    throw new (isUnanswered(errors) ? Unanswered : CommandError)(complaint(args, errors.trim() || `ended with ${status}`));
  }

  private words(args: readonly string[]): string[] {
    return ['--namespace', this.namespace, ...args];
  }
}

/** kubectl, in the namespace of a release and the current context. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CommandError } from './command';

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
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What a command needs that only asks. */
export type Asking = Pick<Kubectl, 'run' | 'json'>;

export class Kubectl {
  public constructor(private readonly namespace: string) {}

  /**
   * What it prints.
   * @throws CommandError with its own words
   */
  public async run(args: readonly string[], { input, open, tell, signal }: Options = {}): Promise<string> {
    const child = spawn('kubectl', ['--namespace', this.namespace, ...args], { env: process.env, signal });
    let [output, errors] = ['', ''];
    if (tell) createInterface(child.stdout).on('line', tell);
    else child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.stdin.on('error', () => undefined); // it has ended, and says why
    if (open) open().pipe(child.stdin);
    else child.stdin.end(input);
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', () => reject(new CommandError('kubectl cannot be run: install it, and let it reach the cluster')));
      child.on('close', resolve);
    });
    if (status !== 0) throw new CommandError(`kubectl ${args.slice(0, 3).join(' ')}: ${errors.trim() || `ended with ${status}`}`);
    return output;
  }

  public async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, '--output', 'json'])) as T;
  }
}

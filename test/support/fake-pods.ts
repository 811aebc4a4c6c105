/** Pods that commands are run in, as far as the commands of the day ask; the real ones are in test/cluster. */
import type { Writable } from 'node:stream';
import type { CommandError } from '../../cli/command';
import { Kubectl, type Acting } from '../../cli/kubectl';

type Options = NonNullable<Parameters<Acting['run']>[1]>;

const SOFTWARE: Readonly<Record<string, string>> = { gunicorn: 'django', postgres: 'postgresql' };

/** One of the release `shop`. */
export const pod = (name: string, component: string, ready = true, made = '01') => ({
  metadata: {
    name,
    creationTimestamp: `2026-11-24T00:00:${made}Z`,
    labels: {
      'app.kubernetes.io/name': SOFTWARE[component] ?? component,
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/component': component,
    },
  },
  spec: { containers: [{ name: component }] },
  status: {
    phase: ready ? 'Running' : 'Pending',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: component, state: ready ? { running: {} } : { waiting: { reason: 'ImagePullBackOff' } } }],
  },
});

export class FakePods implements Acting {
  /** What was run with the input and output of the process. */
  public readonly attachedTo: string[][] = [];
  /** What was run besides, and what it was given. */
  public readonly ran: { readonly args: readonly string[]; readonly input?: string }[] = [];

  /** `answers` says what a command prints, by its words, or fails with. */
  public constructor(
    private readonly pods: readonly object[] = [pod('shop-gunicorn-a', 'gunicorn'), pod('shop-postgres-0', 'postgres')],
    private readonly answers: (words: string) => string | CommandError = () => '',
    private readonly status = 0,
  ) {}

  public json<T>(...args: readonly string[]): Promise<T> {
    if (args[1] === 'pods') return Promise.resolve({ items: this.pods } as T);
    return this.run(args).then((text) => JSON.parse(text) as T);
  }

  public async run(args: readonly string[], { input, open, tell, to }: Options = {}): Promise<string> {
    const streamed: Buffer[] = [];
    if (open) for await (const chunk of open() as AsyncIterable<Buffer>) streamed.push(chunk);
    this.ran.push({ args, input: open ? Buffer.concat(streamed).toString('latin1') : input });
    const answer = this.answers(args.join(' '));
    if (typeof answer !== 'string') {
      to?.end();
      throw answer;
    }
    this.print(answer, tell, to);
    return answer;
  }

  public attached(args: readonly string[]): Promise<number> {
    this.attachedTo.push([...args]);
    return Promise.resolve(this.status);
  }

  public command(args: readonly string[]): string {
    return new Kubectl('shop-prod').command(args);
  }

  private print(answer: string, tell: Options['tell'], to: Writable | undefined): void {
    to?.end(answer);
    if (tell) for (const line of answer.split('\n').filter(Boolean)) tell(line);
  }
}

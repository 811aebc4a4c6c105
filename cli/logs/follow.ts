/** What all pods of a release say, as they say it. */
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../config/resolve';
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import { podsOf } from '../pods';
import type { Print } from './printer';
import { ofRequest } from './records';
import { lineOf, logsArguments, sourcesOf, type Source } from './source';

/** Which lines. */
export interface Wanted {
  /** Of its pods.
   * @default - of those of all components */
  readonly component?: string;
  /** Not older than that, such as `10m`.
   * @default - all that is kept */
  readonly since?: string;
  /** Those of that request, by the id that Nginx has given it.
   * @default - all */
  readonly request?: string;
}

/** From one look for new pods to the next. Milliseconds. */
const LOOK = 2000;

/** Whether it has gone since it was seen. */
export const isGone = (error: unknown) => error instanceof CommandError && error.message.includes('(NotFound)');

class Follower {
  private readonly followed = new Set<string>();
  private readonly active = new Set<string>();
  /** When the last line of a container was said. */
  private readonly last = new Map<string, string>();
  private readonly complaints = new Set<string>();

  public constructor(
    private readonly kubectl: Asking,
    private readonly config: Config,
    private readonly wanted: Wanted,
    private readonly print: Print,
    private readonly signal: AbortSignal,
  ) {}

  /** Begins with what has begun since the last time. */
  public async look(): Promise<void> {
    const pods = await podsOf(this.kubectl, this.config, this.wanted.component);
    for (const source of pods.flatMap(sourcesOf)) {
      const { id, running } = source;
      if (this.active.has(id) || (this.followed.has(id) && !running)) continue;
      this.active.add(id);
      void this.follow(source).finally(() => this.active.delete(id));
    }
  }

  /** Told once each. */
  public complain(name: string, error: unknown): void {
    if (!(error instanceof CommandError)) throw error;
    if (this.signal.aborted || isGone(error) || this.complaints.has(error.message)) return;
    this.complaints.add(error.message);
    this.print(name, error.message);
  }

  private async follow(source: Source): Promise<void> {
    const { since, request } = this.wanted;
    const last = this.last.get(source.id);
    const from = last !== undefined ? [`--since-time=${last}`] : since !== undefined ? [`--since=${since}`] : [];
    const belongs = request === undefined ? () => true : ofRequest(request);
    const tell = (written: string) => {
      const { time, text } = lineOf(written);
      // Where a connection was cut, the lines of the last second come again.
      if (last !== undefined && time <= last) return;
      this.last.set(source.id, time);
      if (belongs(text)) this.print(source.name, text);
    };
    try {
      await this.kubectl.run(logsArguments(source, '--follow', ...from), { tell, signal: this.signal });
      this.followed.add(source.id);
    } catch (error) {
      this.complain(source.name, error);
    }
  }
}

/**
 * Prints what the containers of a release have said, and goes on with what they and those of new pods say, until `signal` says that it is
 * enough. What goes wrong once it has begun is told among the lines, and tried again.
 * @throws CommandError when the pods cannot be looked for, or there is no such component
 */
export async function followLogs(kubectl: Asking, config: Config, wanted: Wanted, print: Print, signal: AbortSignal): Promise<void> {
  setMaxListeners(0, signal); // one for each container
  const follower = new Follower(kubectl, config, wanted, print, signal);
  await follower.look();
  for (;;) {
    await setTimeout(LOOK, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await follower.look().catch((error: unknown) => follower.complain('kubectl', error));
  }
}

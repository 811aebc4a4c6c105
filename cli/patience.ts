/** A cluster that has answered and does not for a while: its control plane is upgraded, a connection is cut, a laptop has slept. */
import { setTimeout } from 'node:timers/promises';
import { CommandError, tell } from './command';
import { isInterrupted } from './interrupt';

/** From one try to the next. Milliseconds. */
const PAUSE = 2000;
/** For the cluster to answer again. Milliseconds. */
const PATIENCE = 5 * 60 * 1000;

/** Nobody answers. */
export class Unanswered extends CommandError {}

/** What can be asked once more without doing it twice. */
const AGAIN = ['apply', 'get', 'patch', 'replace', 'rollout', 'scale', 'wait'];
const canBeRepeated = (args: readonly string[]) =>
  AGAIN.includes(args[0] ?? '') || (args[0] === 'delete' && args.includes('--ignore-not-found'));

export class Patience {
  /** How often anybody has answered. */
  private answers = 0;
  /** Since when nobody answers. */
  private since: number | undefined;

  /**
   * Asks, and asks again while a cluster that has answered before does not; at once no more when somebody interrupts.
   * @param args of kubectl
   * @throws what `ask` throws; Unanswered only when nobody has answered before, it cannot be repeated, or nobody answers for five minutes
   */
  public async through<T>(args: readonly string[], ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const before = this.answers;
      try {
        const answer = await ask();
        this.heard();
        return answer;
      } catch (error) {
        if (isInterrupted() || signal?.aborted) throw error;
        if (!(error instanceof Unanswered)) {
          this.heard();
          throw error;
        }
        if (this.answers === 0 || !canBeRepeated(args)) throw error;
        // Somebody who asked later may have been answered since: it is no other outage.
        if (this.answers === before && this.missed(error) > PATIENCE) throw error;
      }
      await setTimeout(PAUSE);
    }
  }

  private heard(): void {
    if (this.since !== undefined) tell('the cluster answers again');
    this.since = undefined;
    this.answers += 1;
  }

  /** For how long nobody has answered. Milliseconds. */
  private missed({ message }: Unanswered): number {
    if (this.since === undefined) tell(`${message}\ntrying again for five minutes; what runs there goes on`);
    this.since ??= Date.now();
    return Date.now() - this.since;
  }
}

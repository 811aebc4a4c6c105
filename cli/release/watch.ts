/** Shows how far a release is, and ends it where it cannot go on. */
import { setTimeout } from 'node:timers/promises';
import type { Manifest } from '../../constructs/manifests';
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import type { Screen } from '../screen';
import { lines, progress, WATCHED, type Live, type Progress } from './progress';

/** From one look to the next. Milliseconds. */
const LOOK = 1000;
/** For all workloads to be there as a whole, after everything is applied. A Deployment gives up by itself, and may do so earlier. Milliseconds. */
const PATIENCE = 15 * 60 * 1000;

export class Watch {
  public constructor(
    private readonly kubectl: Asking,
    private readonly release: string,
    private readonly manifests: readonly Manifest[],
    private readonly screen: Screen,
  ) {}

  /**
   * Watches while something is done, and then until all pods are ready.
   * @param work is told when it is in vain
   * @returns what that returns
   * @throws CommandError when it fails, or pods do not become ready
   */
  public async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const end = new AbortController();
    let over = false;
    const working = work(end.signal).finally(() => (over = true));
    working.catch(() => undefined); // It is waited for below, unless something else fails first.
    try {
      for (let patience = PATIENCE; patience > 0;) {
        const complete = over;
        const all = await this.look();
        if (!complete) await Promise.race([working, setTimeout(LOOK)]);
        else if (await working.then(() => all.every(({ done }) => done))) return await working;
        else patience -= await setTimeout(LOOK, LOOK);
      }
      throw new CommandError(`it is not there as a whole ${PATIENCE / 60_000} minutes after it was applied`);
    } finally {
      end.abort();
    }
  }

  private async look(): Promise<Progress[]> {
    const kinds = WATCHED.map((kind) => `${kind.toLowerCase()}s`).join(',');
    const selector = `app.kubernetes.io/part-of=${this.release}`;
    const { items } = await this.kubectl.json<{ items: Live[] }>('get', kinds, '--selector', selector);
    const all = progress(this.manifests, items);
    this.screen.show(lines(all));
    const late = all.find(({ failed }) => failed !== undefined);
    if (late) throw new CommandError(`${late.kind} ${late.name}: ${late.failed ?? ''}`);
    return all;
  }
}

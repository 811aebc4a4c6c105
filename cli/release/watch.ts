/** Shows how far a release is, and ends it where it cannot go on. */
import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../../config/load';
import type { Manifest } from '../../constructs/manifests';
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import type { Screen } from '../screen';
import { diagnose, type Diagnosis } from '../status/diagnose';
import { ASKED, progress, type Live, type Progress } from './progress';

/** From one look to the next. Milliseconds. */
const LOOK = 2000;
/** In which some part gets on, after everything is applied. A Deployment gives up by itself, and may do so earlier. Milliseconds. */
const PATIENCE = 15 * 60 * 1000;
/** Looks that find a component in a trouble which does not pass by itself, until it is given up: half a minute, so that an image is pulled twice. */
const TOLERANCE = 15;
/** Troubles that pass when an autoscaler adds a node, a node comes back, or a volume is made. */
const OF_NODES = ['node-lost', 'claim-unbound', 'gpu-insufficient', 'room-insufficient', 'unschedulable', 'volume-elsewhere'];

/** A component, and why it is not ready. */
interface Standing extends Progress {
  readonly diagnosis?: Diagnosis;
}

/** A line for each, aligned. */
function lines(all: readonly Standing[]): string[] {
  const width = Math.max(...all.map(({ component }) => component.length));
  return all.map(({ component, text, diagnosis }) => `${component.padEnd(width)}  ${text}${diagnosis ? `: ${diagnosis.says}` : ''}`);
}

const isHopeless = ({ diagnosis }: Standing) => diagnosis !== undefined && !diagnosis.waits && !OF_NODES.includes(diagnosis.cause);

/** What is wrong with it, with which of its objects, and what mends that. */
function complaint({ component, failed, diagnosis, objects }: Standing): string {
  const why = diagnosis && [
    `${diagnosis.objects.filter((one) => objects.includes(one)).join(', ')}: ${diagnosis.says}`,
    `mend: ${diagnosis.mend}`,
  ];
  return [`${component} does not start${failed === undefined ? '' : `: ${failed}`}`, ...(why ?? [])].join('\n  ');
}

export class Watch {
  /** Looks that have found a component in a trouble. */
  private readonly troubled = new Map<string, number>();

  public constructor(
    private readonly kubectl: Asking,
    private readonly environment: Pick<Environment, 'name' | 'config'>,
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
    const pause = () => setTimeout(LOOK, LOOK, { signal: end.signal });
    const state = { over: false };
    const working = work(end.signal).finally(() => (state.over = true));
    working.catch(() => undefined); // It is waited for below, unless something else fails first.
    try {
      for (let [patience, before] = [PATIENCE, '']; ;) {
        const complete = state.over;
        const all = await this.look();
        const waited = all.filter(({ done }) => !done);
        const now = all.map(({ text }) => text).join();
        if (now !== before) [patience, before] = [PATIENCE, now];
        if (!complete) {
          await Promise.race([working, pause()]);
          continue;
        }
        const result = await working;
        if (waited.length === 0) return result;
        if (patience <= 0) throw new CommandError(waited.map(complaint).join('\n'));
        patience -= await pause();
      }
    } finally {
      end.abort();
    }
  }

  private async look(): Promise<Standing[]> {
    const selector = `app.kubernetes.io/part-of=${this.environment.config.release}`;
    const { items } = await this.kubectl.json<{ items: Live[] }>('get', ASKED, '--selector', selector);
    const all = await this.explained(progress(this.manifests, items));
    this.screen.show(lines(all));
    const lost = all.find((one) => one.failed !== undefined || this.isLost(one));
    if (lost) throw new CommandError(complaint(lost));
    return all;
  }

  private async explained(all: readonly Progress[]): Promise<Standing[]> {
    if (all.every(({ done, objects }) => done || objects.length === 0)) return [...all];
    const found = await diagnose(this.kubectl, this.environment);
    return all.map((one) => ({
      ...one,
      diagnosis: one.done ? undefined : found.find(({ objects }) => objects.some((object) => one.objects.includes(object))),
    }));
  }

  private isLost(one: Standing): boolean {
    if (!isHopeless(one)) return false;
    const looks = (this.troubled.get(one.component) ?? 0) + 1;
    this.troubled.set(one.component, looks);
    return looks > TOLERANCE;
  }
}

/** One release or restore at a time: a Lease of the namespace that its holder renews, so that one who is gone holds up nobody for long. */
import { hostname, userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { CommandError, tell } from '../command';
import type { Asking } from '../kubectl';

interface Lease {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { readonly holderIdentity: string; readonly acquireTime: string; readonly renewTime: string };
}

/** Whose Lease is not renewed for so long is gone. Seconds. */
const DURATION = 30;
/** From one renewal to the next. Milliseconds. */
const RENEWAL = 10_000;
/** From one look at the Lease of somebody else to the next. Milliseconds. */
const LOOK = 2000;

/** Who runs the command, on which machine. */
export const who = () => `${userInfo().username}@${hostname()}`;

const now = () => new Date().toISOString().replace('Z', '000Z');

/** Does something that the API server refuses where another was there first; whether it was done. */
async function unlessRefused(reason: 'AlreadyExists' | 'NotFound' | 'Conflict', act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.message.includes(`(${reason})`)) return false;
    throw error;
  }
}

export class Lock {
  private readonly holder = `${who()} (process ${process.pid})`;
  private readonly acquired = now();
  private timer: NodeJS.Timeout | undefined;
  private renewing = false;
  private lostTo: string | undefined;

  private constructor(
    private readonly kubectl: Asking,
    private readonly name: string,
  ) {}

  /**
   * Takes it; from somebody who has stopped renewing it, too.
   * @throws CommandError when somebody has it
   */
  public static async take(kubectl: Asking, release: string): Promise<Lock> {
    const lock = new Lock(kubectl, `${release}-release`);
    while (!(await lock.create())) {
      const other = await lock.found();
      if (other && (await lock.abandoned(other)) && (await lock.replace(other))) break;
    }
    lock.timer = setInterval(() => void lock.renew(), RENEWAL);
    return lock;
  }

  /** @throws CommandError when somebody else has taken it, as this process did not come to renew it */
  public check(): void {
    if (this.lostTo !== undefined)
      throw new CommandError(`the lock ${this.name} now belongs to ${this.lostTo}, who releases or restores: look at what both have done`);
  }

  public async giveBack(): Promise<void> {
    clearInterval(this.timer);
    if (this.lostTo === undefined) await this.kubectl.run(['delete', 'lease', this.name, '--ignore-not-found']);
  }

  private create(): Promise<boolean> {
    return unlessRefused('AlreadyExists', () => this.write('create'));
  }

  private replace({ metadata: { resourceVersion } }: Lease): Promise<boolean> {
    return unlessRefused('Conflict', () => this.write('replace', resourceVersion));
  }

  private async write(verb: 'create' | 'replace', resourceVersion?: string): Promise<void> {
    const spec = { holderIdentity: this.holder, leaseDurationSeconds: DURATION, acquireTime: this.acquired, renewTime: now() };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: this.name, resourceVersion }, spec };
    await this.kubectl.run([verb, '--filename', '-'], { input: JSON.stringify(lease) });
  }

  private async found(): Promise<Lease | undefined> {
    let lease: Lease | undefined;
    await unlessRefused('NotFound', async () => (lease = await this.kubectl.json<Lease>('get', 'lease', this.name)));
    return lease;
  }

  /** Looks for as long as a holder may take to renew it, as the clocks of two machines cannot be compared. False when it is gone meanwhile. */
  private async abandoned({ metadata, spec }: Lease): Promise<boolean> {
    tell(`${spec.holderIdentity} has the lock ${this.name} since ${spec.acquireTime.slice(0, 19)}Z; looking whether that is still so`);
    for (const until = Date.now() + DURATION * 1000; Date.now() < until;) {
      await setTimeout(LOOK);
      const lease = await this.found();
      if (lease === undefined) return false;
      if (lease.metadata.resourceVersion !== metadata.resourceVersion) {
        throw new CommandError(`${lease.spec.holderIdentity} is at a release or restore of its own: wait until it has ended`);
      }
    }
    tell('it is not: that process has gone without giving it back');
    return true;
  }

  /** One renewal at a time: it may wait for a cluster that does not answer. */
  private async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    await this.renewed();
    this.renewing = false;
  }

  /** What fails once is done again; what is somebody else's is not taken back. */
  private async renewed(): Promise<void> {
    const lease = await this.found().catch(() => undefined);
    if (lease === undefined) return;
    if (lease.spec.holderIdentity === this.holder && lease.spec.acquireTime === this.acquired) await this.replace(lease).catch(() => false);
    else this.lostTo = lease.spec.holderIdentity;
  }
}

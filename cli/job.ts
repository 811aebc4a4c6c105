/** A Job, from its beginning to its end. */
import { setTimeout } from 'node:timers/promises';
import { COMPONENT_LABEL } from '../constructs/component';
import { CommandError } from './command';
import type { Asking } from './kubectl';
import { Unanswered } from './patience';

interface ContainerStatus {
  readonly name: string;
  readonly state: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: object;
  };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Job {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly activeDeadlineSeconds?: number };
  readonly status: { readonly conditions?: readonly Condition[]; readonly completionTime?: string };
}

/** For a Job to notice that its pod has failed. Milliseconds. */
const GRACE = 3000;
/** For a Job to make its pod, and for that to get on. Seconds. */
const PATIENCE = 10;

/** What the command does beside a container that runs. */
export type Beside = (pod: string, container: string) => Promise<void>;

const stateOf = ({ status }: Pod, container: string) =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find(({ name }) => name === container)?.state;

/** Why nothing goes on. */
function obstacle(pod: Pod, container: string): string {
  const unschedulable = pod.status.conditions?.find(({ reason }) => reason === 'Unschedulable');
  const waiting = stateOf(pod, container)?.waiting;
  return unschedulable?.message ?? [waiting?.reason ?? 'Pending', waiting?.message].filter(Boolean).join(': ');
}

/** How it has ended; nothing while it goes on. */
const end = ({ status }: Job) =>
  status.conditions?.find(({ type, status: holds }) => ['Complete', 'Failed'].includes(type) && holds === 'True');

/** Settings of a deadline, by the component of a Job. */
const DEADLINES: Readonly<Record<string, string>> = { migrate: 'migrate.deadline', backup: 'backup.deadline' };

/** Why it has failed. */
function failure({ metadata, spec }: Job, { reason, message, type }: Condition): string {
  if (reason !== 'DeadlineExceeded') return `has failed (${message ?? type}); its last line above says why`;
  const setting = DEADLINES[metadata?.labels?.[COMPONENT_LABEL] ?? ''];
  const after = `was ended after ${spec?.activeDeadlineSeconds ?? 0} s, its deadline`;
  return setting === undefined ? after : `${after}: if nothing stood in its way, let ${setting} be longer`;
}

export class JobRun {
  public constructor(
    private readonly kubectl: Asking,
    private readonly name: string,
    private readonly tell: (line: string) => void,
    /** Ends the looking, and leaves the Job alone.
     * @default - looks until it has ended */
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * Shows what each container of each of its pods says, while it says it, and resolves when the Job has succeeded.
   * @returns when that was, in ISO 8601
   * @throws CommandError when it has not, or what is done beside it fails
   */
  public async follow(containers: readonly string[], beside: Beside = () => Promise.resolve()): Promise<string> {
    const seen = new Set<string>();
    for (let pod = await this.next(seen); pod !== undefined; pod = await this.next(seen)) {
      seen.add(pod);
      for (const container of containers) {
        if (!(await this.started(pod, container))) break;
        await Promise.all([this.logs(pod, container), this.besides(beside, pod, container)]);
      }
    }
    return this.ended();
  }

  /** Shows what it says until it has ended: a connection may be cut before. */
  private async logs(pod: string, container: string): Promise<void> {
    for (let shown = 0; ;) {
      let read = 0;
      const tell = (line: string) => {
        read += 1;
        if (read > shown) this.tell(line);
      };
      try {
        await this.kubectl.run(['logs', pod, '--container', container, '--follow'], { tell, signal: this.signal });
      } catch (error) {
        if (!(error instanceof Unanswered) || this.signal?.aborted) throw error;
      }
      shown = Math.max(shown, read);
      const found = await this.pod(pod);
      if (!found || stateOf(found, container)?.running === undefined) return;
      await setTimeout(1000);
    }
  }

  /** Whoever waits for what cannot come is ended. A Job that has failed says itself why. */
  private async besides(beside: Beside, pod: string, container: string): Promise<void> {
    try {
      await beside(pod, container);
    } catch (error) {
      await setTimeout(GRACE);
      if (end(await this.job())) return;
      await this.kubectl.run(['delete', 'job', this.name, '--wait=false']);
      throw error;
    }
  }

  /** A pod that is not among those; none when the Job has ended, or the last of those has succeeded. */
  private async next(seen: ReadonlySet<string>): Promise<string | undefined> {
    for (let tries = 0; ; tries += 1) {
      const over = end(await this.job()) !== undefined;
      const pod = (await this.pods()).find(({ metadata }) => !seen.has(metadata.name));
      if (pod !== undefined || over) return pod?.metadata.name;
      if (tries === PATIENCE && seen.size === 0)
        this.tell(`waiting for a pod of the Job ${this.name}; kubectl describe tells why none comes`);
      await setTimeout(1000);
    }
  }

  /** Whether that container has begun; not when its pod has ended before. */
  private async started(name: string, container: string): Promise<boolean> {
    const seen = new Set<string>();
    for (let tries = 0; ; tries += 1) {
      const over = end(await this.job()) !== undefined;
      const pod = await this.pod(name);
      const state = pod && stateOf(pod, container);
      if (state?.running ?? state?.terminated) return true;
      if (over || pod === undefined || pod.status.phase === 'Failed') return false;
      const now = obstacle(pod, container);
      // What is seen first passes as a rule; later on, another try and the pause before it take turns.
      const isLong = tries === PATIENCE;
      if (isLong || (seen.size > 0 && !seen.has(now)))
        this.tell(`waiting for ${container}: ${now}${isLong ? '; npm run status says why, and what mends it' : ''}`);
      seen.add(now);
      await setTimeout(1000);
    }
  }

  /** None when it is gone. */
  private async pod(name: string): Promise<Pod | undefined> {
    return (await this.pods()).find(({ metadata }) => metadata.name === name);
  }

  /** The oldest first. */
  private async pods(): Promise<readonly Pod[]> {
    const { items } = await this.kubectl.json<{ items: Pod[] }>('get', 'pods', '--selector', `job-name=${this.name}`);
    const made = ({ metadata }: Pod) => metadata.creationTimestamp ?? '';
    return [...items].sort((a, b) => made(a).localeCompare(made(b)));
  }

  private async job(): Promise<Job> {
    this.signal?.throwIfAborted();
    return this.kubectl.json<Job>('get', 'job', this.name);
  }

  private async ended(): Promise<string> {
    for (;;) {
      const job = await this.job();
      const how = end(job);
      if (how?.type === 'Complete') return job.status.completionTime ?? '';
      if (how) throw new CommandError(`the Job ${this.name} ${failure(job, how)}`);
      await setTimeout(1000);
    }
  }
}

/** A Job of the restore, from its beginning to its end. */
import { setTimeout } from 'node:timers/promises';
import { INCOMING } from '../../constructs/restore/job';
import { CommandError } from '../command';
import type { Content } from './content';
import type { Kubectl } from '../kubectl';

interface ContainerStatus {
  readonly name: string;
  readonly state: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: object;
  };
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface Job {
  readonly status: {
    readonly succeeded?: number;
    readonly failed?: number;
    readonly conditions?: readonly { readonly message?: string }[];
  };
}

/** For a Job to notice that its pod has failed. Milliseconds. */
const GRACE = 3000;

/** What the command does beside a container that runs. */
export type Beside = (pod: string, container: string) => Promise<void>;

/** Sends what there is through the pipe of that container, which waits for it. */
export const sending =
  (kubectl: Kubectl, to: string, content: Content | undefined): Beside =>
  async (pod, container) => {
    if (container !== to || content === undefined) return;
    const receive = `until [ -p ${INCOMING} ]; do sleep 0.2; done; exec cat >${INCOMING}`;
    await kubectl.run(['exec', '--stdin', pod, '--container', container, '--', 'sh', '-c', receive], content);
  };

const statuses = ({ status }: Pod) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];

/** Why nothing goes on. */
function obstacle(pod: Pod | undefined, container: string): string {
  if (!pod) return 'there is no pod yet';
  const unschedulable = pod.status.conditions?.find(({ reason }) => reason === 'Unschedulable');
  const waiting = statuses(pod).find(({ name }) => name === container)?.state.waiting;
  return unschedulable?.message ?? [waiting?.reason ?? 'Pending', waiting?.message].filter(Boolean).join(': ');
}

export class JobRun {
  public constructor(
    private readonly kubectl: Kubectl,
    private readonly name: string,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * Shows what each container says, while it says it, and resolves when the Job has succeeded.
   * @throws CommandError when it has not, or what is done beside it fails
   */
  public async follow(containers: readonly string[], beside: Beside = () => Promise.resolve()): Promise<void> {
    for (const container of containers) {
      const pod = await this.started(container);
      if (pod === undefined) break;
      const logs = ['logs', pod, '--container', container, '--follow'];
      await Promise.all([this.kubectl.run(logs, { tell: this.tell }), this.besides(beside, pod, container)]);
    }
    await this.ended();
  }

  /** Whoever waits for what cannot come is ended. A Job that has failed says itself why. */
  private async besides(beside: Beside, pod: string, container: string): Promise<void> {
    try {
      await beside(pod, container);
    } catch (error) {
      await setTimeout(GRACE);
      if (await this.over()) return;
      await this.kubectl.run(['delete', 'job', this.name, '--wait=false']);
      throw error;
    }
  }

  /** The pod whose container has begun; none when the Job has ended before. */
  private async started(container: string): Promise<string | undefined> {
    let said = '';
    for (;;) {
      const over = await this.over();
      const pod = await this.pod();
      const state = pod && statuses(pod).find(({ name }) => name === container)?.state;
      if (state?.running ?? state?.terminated) return pod?.metadata.name;
      if (over) return undefined;
      const now = obstacle(pod, container);
      if (now !== said && said !== '') this.tell(`waiting for ${container}: ${now}`);
      said = now;
      await setTimeout(1000);
    }
  }

  private async pod(): Promise<Pod | undefined> {
    return (await this.kubectl.json<{ items: Pod[] }>('get', 'pods', '--selector', `job-name=${this.name}`)).items[0];
  }

  private job(): Promise<Job> {
    return this.kubectl.json<Job>('get', 'job', this.name);
  }

  private async over(): Promise<boolean> {
    const { status } = await this.job();
    return (status.succeeded ?? status.failed ?? 0) > 0;
  }

  private async ended(): Promise<void> {
    while (!(await this.over())) await setTimeout(1000);
    const { status } = await this.job();
    if (status.succeeded) return;
    const reasons = status.conditions?.map(({ message }) => message).filter(Boolean) ?? [];
    throw new CommandError(`the Job ${this.name} has failed (${reasons.join('; ')}); its last line above says why`);
  }
}

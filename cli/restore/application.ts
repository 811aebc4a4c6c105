/** The application, which stops while databases change their names. */
import { COMPONENT_LABEL } from '../../constructs/component';
import { lastStop } from '../../constructs/timing';
import type { Config } from '../../config/resolve';
import { CommandError, tell } from '../command';
import type { Kubectl } from '../kubectl';

interface Deployment {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly replicas: number };
}

/** Pods of the site, or of a group, and how many there are to be. */
interface Part {
  readonly name: string;
  readonly component: string;
  readonly replicas: number;
}

/** How many there were before a restore stopped them: the next one finds it there, if that did not come to its end. */
const BEFORE = 'cdk8s-django/replicas-before-restore';

const part = ({ metadata: { name, labels, annotations = {} }, spec: { replicas } }: Deployment): Part => ({
  name,
  component: labels[COMPONENT_LABEL] ?? '',
  replicas: replicas === 0 ? Number(annotations[BEFORE] ?? 0) : replicas,
});

export class Application {
  private constructor(
    private readonly kubectl: Kubectl,
    private readonly config: Config,
    private readonly parts: readonly Part[],
  ) {}

  /** @throws CommandError when there is none */
  public static async find(kubectl: Kubectl, config: Config): Promise<Application> {
    const { release, namespace } = config;
    const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/name=django`;
    const { items } = await kubectl.json<{ items: Deployment[] }>('get', 'deployments', '--selector', selector);
    if (items.length === 0) throw new CommandError(`namespace ${namespace} has no Deployment of ${release}: release it first`);
    return new Application(kubectl, config, items.map(part));
  }

  /** Resolves when its pods are gone. */
  public async stop(): Promise<void> {
    for (const { name, replicas } of this.parts) {
      tell(`stopping ${name}`);
      await this.patch(name, `${replicas}`, 0);
    }
    await this.gone();
  }

  /**
   * Gives each part its pods again, whatever becomes of the others.
   * @throws CommandError of the first that cannot have them
   */
  public async start(): Promise<void> {
    const tried = await Promise.allSettled(
      this.parts.map(({ name, replicas }) => {
        tell(`starting ${name}`);
        return this.patch(name, null, replicas);
      }),
    );
    for (const one of tried) if (one.status === 'rejected') throw one.reason;
  }

  /** Waits until it serves. */
  public async ready(): Promise<void> {
    for (const { name } of this.parts) await this.kubectl.run(['rollout', 'status', `deployment/${name}`], { tell });
  }

  /** Commands that start it. */
  public get starting(): string[] {
    return this.parts.map(({ name, replicas }) => this.kubectl.command(['scale', `deployment/${name}`, `--replicas=${replicas}`]));
  }

  private async patch(name: string, before: string | null, replicas: number): Promise<void> {
    const patch = JSON.stringify({ metadata: { annotations: { [BEFORE]: before } }, spec: { replicas } });
    await this.kubectl.run(['patch', 'deployment', name, '--type=merge', `--patch=${patch}`]);
  }

  /** Waits for the end of the pods that there are; who makes others does not hold up the change of names. */
  private async gone(): Promise<void> {
    const components = this.parts.map(({ component }) => component).join(',');
    const selector = `app.kubernetes.io/instance=${this.config.release},${COMPONENT_LABEL} in (${components})`;
    const pods = await this.kubectl.run(['get', 'pods', '--selector', selector, '--output', 'name']);
    const names = pods.split('\n').filter(Boolean);
    if (names.length === 0) return;
    await this.kubectl.run(['wait', '--for=delete', ...names, `--timeout=${lastStop(this.config) + 60}s`]);
  }
}

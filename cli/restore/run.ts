import { App } from 'cdk8s';
import { COMPONENT_LABEL } from '../../constructs/component';
import type { RestoreProps } from '../../constructs/restore/database-job';
import { Restore } from '../../constructs/restore/restore';
import { Swap } from '../../constructs/restore/swap';
import { lastStop } from '../../constructs/timing';
import { asAdministrator } from '../as-administrator';
import { CommandError, tell } from '../command';
import type { Content } from './content';
import { JobRun } from '../job';
import { Kubectl } from '../kubectl';
import { sending } from './sending';
import { optionsOf } from './source';

interface Deployment {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas: number };
}

/** Manifests of both Jobs, as YAML. */
export function manifests(props: RestoreProps): { readonly restore: string; readonly swap: string } {
  const yaml = (Job: typeof Restore | typeof Swap, id: string) => {
    const app = new App();
    new Job(app, id, props);
    return app.synthYaml();
  };
  return { restore: yaml(Restore, 'restore'), swap: yaml(Swap, 'swap') };
}

const scaling = (deployment: string, replicas: number) => ['scale', `deployment/${deployment}`, `--replicas=${replicas}`];

/** Ctrl-C ends what goes on, and not the way back. */
async function uninterrupted(act: () => Promise<void>): Promise<void> {
  const ignore = () => tell('interrupted; ending what has begun');
  process.on('SIGINT', ignore);
  try {
    await act();
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** One restore of a release. */
export class Run {
  private readonly kubectl: Kubectl;
  private readonly yaml: ReturnType<typeof manifests>;
  /** Of the application: that of the site, and those of groups. */
  private deployments: readonly Deployment[] = [];

  public constructor(
    private readonly environment: string,
    private readonly props: RestoreProps,
  ) {
    this.kubectl = new Kubectl(props.config.namespace);
    this.yaml = manifests(props);
  }

  /** Finds the release. */
  public async begin(): Promise<void> {
    const { release, namespace } = this.props.config;
    const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/name=django`;
    this.deployments = (await this.kubectl.json<{ items: Deployment[] }>('get', 'deployments', '--selector', selector)).items;
    if (this.deployments.length === 0) throw new CommandError(`namespace ${namespace} has no Deployment of ${release}: release it first`);
  }

  /** Removes what an earlier restore has left to look at, and makes the database that is to be live, while the site serves. */
  public async prepare(content?: Content): Promise<void> {
    await this.remove();
    await this.apply(this.yaml.restore);
    await this.job('restore').follow(['restore', 'roles', 'migrate'], sending(this.kubectl, 'restore', content));
  }

  /** Makes it live: the only part for which the application stops. */
  public async swap(): Promise<void> {
    await uninterrupted(async () => {
      try {
        await this.scale('stopping', () => 0);
        await this.gone();
        await this.apply(this.yaml.swap);
        await this.job('swap').follow(['swap']);
      } finally {
        await this.scale('starting', ({ spec: { replicas } }) => replicas);
      }
    });
  }

  /** Waits until the site serves what is live now. */
  public async serve(): Promise<void> {
    for (const { metadata } of this.deployments) await this.kubectl.run(['rollout', 'status', `deployment/${metadata.name}`], { tell });
    await this.remove();
  }

  /** What can be done next. */
  public next(): string {
    const { aside, config, source } = this.props;
    const ofBackup = config.django.media && (source.kind === 'backup' || source.kind === 'copy');
    return [
      `${config.postgres.database} is live; what was live is ${aside}. This undoes it:`,
      `npm run restore ${this.environment} -- --undo ${aside}`,
      'and this removes it for good:',
      asAdministrator(config, 'dropdb', aside),
      ...(ofBackup
        ? [
            'uploaded files are as they were; this puts back those of that time that are missing:',
            ['npm run restore', this.environment, '-- --media', ...optionsOf(source)].join(' '),
          ]
        : []),
    ].join('\n');
  }

  /** What can be done with a database that stays beside the live one. */
  public beside(): string {
    const { restored, config } = this.props;
    const psql = asAdministrator(config, 'psql', restored, '-it ');
    return [
      `${restored} is there beside ${config.postgres.database}. This looks at it:`,
      psql,
      'and this drops it:',
      this.dropCommand(),
    ].join('\n');
  }

  /** What can be done when the cluster has not answered while it was made live. */
  public unknown(): string {
    const { database } = this.props.config.postgres;
    return [
      `whether the restored database is ${database} now is not known, and the application may be stopped. When the cluster answers, this says it:`,
      this.kubectl.command(['logs', `job/${this.props.config.release}-swap`]),
      'and this starts the application:',
      ...this.deployments.map(({ metadata, spec }) => this.kubectl.command(scaling(metadata.name, spec.replicas))),
    ].join('\n');
  }

  public dropCommand(): string {
    const { restored, config } = this.props;
    return asAdministrator(config, 'dropdb', `--if-exists ${restored}`);
  }

  private job(name: 'restore' | 'swap'): JobRun {
    return new JobRun(this.kubectl, `${this.props.config.release}-${name}`, tell);
  }

  private async apply(input: string): Promise<void> {
    await this.kubectl.run(['apply', '--filename', '-'], { input });
  }

  private async remove(): Promise<void> {
    const input = `${this.yaml.restore}---\n${this.yaml.swap}`;
    await this.kubectl.run(['delete', '--ignore-not-found', '--cascade=foreground', '--filename', '-'], { input });
  }

  private async scale(word: string, replicas: (deployment: Deployment) => number): Promise<void> {
    for (const deployment of this.deployments) {
      const { name } = deployment.metadata;
      tell(`${word} ${name}`);
      await this.kubectl.run(scaling(name, replicas(deployment)));
    }
  }

  /** Waits for the end of the pods that there are; who makes others does not hold up the change of names. */
  private async gone(): Promise<void> {
    const { config } = this.props;
    const components = this.deployments.map(({ metadata }) => metadata.labels[COMPONENT_LABEL]).join(',');
    const selector = `app.kubernetes.io/instance=${config.release},${COMPONENT_LABEL} in (${components})`;
    const pods = await this.kubectl.run(['get', 'pods', '--selector', selector, '--output', 'name']);
    const names = pods.split('\n').filter(Boolean);
    if (names.length === 0) return;
    await this.kubectl.run(['wait', '--for=delete', ...names, `--timeout=${lastStop(config) + 60}s`]);
  }
}

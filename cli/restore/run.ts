import { App } from 'cdk8s';
import type { RestoreProps } from '../../constructs/restore/database-job';
import { Restore } from '../../constructs/restore/restore';
import { Swap } from '../../constructs/restore/swap';
import { asAdministrator } from '../as-administrator';
import { CommandError, tell } from '../command';
import { uninterrupted } from '../interrupt';
import type { Application } from './application';
import type { Content } from './content';
import { JobRun } from '../job';
import type { Kubectl } from '../kubectl';
import { Unanswered } from '../patience';
import { sending } from './sending';
import { optionsOf } from './source';

/** Manifests of both Jobs, as YAML. */
export function manifests(props: RestoreProps): { readonly restore: string; readonly swap: string } {
  const yaml = (Job: typeof Restore | typeof Swap, id: string) => {
    const app = new App();
    new Job(app, id, props);
    return app.synthYaml();
  };
  return { restore: yaml(Restore, 'restore'), swap: yaml(Swap, 'swap') };
}

/** It was not made live, or it was: which of both is not known, or the application does not start. */
export class Unclear extends CommandError {}

/** One restore of a release. */
export class Run {
  private readonly yaml: ReturnType<typeof manifests>;

  public constructor(
    private readonly kubectl: Kubectl,
    private readonly application: Application,
    private readonly environment: string,
    private readonly props: RestoreProps,
  ) {
    this.yaml = manifests(props);
  }

  /** Removes what an earlier restore has left to look at, and makes the database that is to be live, while the site serves. */
  public async prepare(content?: Content): Promise<void> {
    await this.remove();
    await this.apply(this.yaml.restore);
    await this.job('restore').follow(['restore', 'roles', 'migrate'], sending(this.kubectl, 'restore', content));
  }

  /**
   * Makes it live: the only part for which the application stops.
   * @throws Unclear when the cluster does not answer any more, or the application does not start; CommandError when all is as it was
   */
  public async swap(): Promise<void> {
    await uninterrupted(async () => {
      try {
        await this.application.stop();
        await this.apply(this.yaml.swap);
        await this.job('swap').follow(['swap']);
      } catch (error) {
        throw error instanceof Unanswered ? this.unclear(error) : error;
      } finally {
        await this.application.start().catch((error: unknown) => {
          throw this.unclear(error);
        });
      }
    });
  }

  /** Waits until the site serves what is live now. */
  public async serve(): Promise<void> {
    await this.application.ready();
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

  private unclear(error: unknown): unknown {
    if (!(error instanceof CommandError)) return error;
    const { release, postgres } = this.props.config;
    const lines = [
      error.message,
      `this says whether the restored database is ${postgres.database} now:`,
      this.kubectl.command(['logs', `job/${release}-swap`]),
      'and this starts the application, if it is stopped:',
      ...this.application.starting,
    ];
    return new Unclear(lines.join('\n'));
  }
}

/** A release that the real Argo CD follows, from a Git repository of its own, by the commands of the page. */
import { execFileSync } from 'node:child_process';
import { merge } from '../../../constructs/finish';
import { block } from './page';
import { kubectl, until, type Live } from './kubectl';
import type { Release, Variant } from './release';

export const PAGE = 'how-to/argo-cd.md';

const REFRESH = 'argocd.argoproj.io/refresh';

/** What Argo CD says of one object. */
export interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly status?: string;
  readonly hookPhase?: string;
  readonly health?: { readonly status: string };
}

/** What Argo CD says of the release. */
export interface Status {
  readonly sync: { readonly status: string; readonly revision: string };
  readonly history: readonly { readonly revision: string; readonly source: object }[];
  readonly health: { readonly status: string };
  readonly resources: readonly Resource[];
  readonly operationState?: {
    readonly phase: string;
    readonly message?: string;
    readonly startedAt: string;
    readonly finishedAt?: string;
    readonly retryCount?: number;
    readonly syncResult?: { readonly revision: string; readonly resources?: readonly Resource[] };
  };
}

interface Application extends Live {
  readonly spec: { readonly syncPolicy: { readonly syncOptions?: readonly string[] } };
  readonly status: Status & Live['status'];
}

const summary = ({ sync, health, operationState, resources }: Status) =>
  JSON.stringify([
    `${sync.status} ${health.status} ${operationState?.phase} ${operationState?.message}`,
    resources.filter((one) => one.status !== 'Synced' || (one.health?.status ?? 'Healthy') !== 'Healthy'),
  ]);

/** The release as Argo CD sees it. */
export class Followed {
  private readonly argocd: object;

  public constructor(
    private readonly release: Release,
    settings: object,
  ) {
    this.argocd = { repository: `file://${release.path('origin.git')}`, revision: 'main', ...settings };
    this.git('init', '--quiet', '--bare', '--initial-branch=main', 'origin.git');
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('remote', 'add', 'origin', release.path('origin.git'));
    for (const [key, value] of [
      ['user.name', 'suite'],
      ['user.email', 'suite@example.com'],
      ['push.autoSetupRemote', 'true'],
    ] as const)
      this.git('config', key, value);
  }

  /** Beside the files of the release. */
  private git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.release.path(''), encoding: 'utf8' }).trim();
  }

  /** A release, by the commands of the page. Argo CD hears of it when it is refreshed, as by the hook of a Git server. */
  public async publish(variant: Variant, changes: object = {}): Promise<void> {
    this.release.edit(variant, merge({ argocd: this.argocd }, changes) as object);
    await this.release.follow(block(PAGE, 'git add dist'));
  }

  /** The same of what is in dist/ now. */
  public push(): void {
    this.git('add', 'dist');
    this.git('commit', '--quiet', '--message=By hand');
    this.git('push', '--quiet');
    this.refresh();
  }

  public refresh(): void {
    this.kubectl('annotate', 'application', this.release.namespace, `${REFRESH}=normal`, '--overwrite');
  }

  /** Has Argo CD look; resolves when it has, and has begun what it does of itself. */
  public async looked(): Promise<void> {
    this.refresh();
    await until('Argo CD to look', () => this.application.metadata.annotations?.[REFRESH] === undefined);
  }

  /** A sync of the whole that somebody asks for. */
  public async sync(): Promise<void> {
    await this.operate({ prune: true });
    await this.synced();
  }

  /** What *Rollback* of the interface asks for, with *Prune*, to the release before. Source: Argo CD, `server/application`, `Rollback`. */
  public async rollBack(): Promise<void> {
    const { history } = this.status;
    const before = [...history].reverse().find(({ revision }) => revision !== history.at(-1)?.revision);
    if (!before) throw new Error('Argo CD remembers one release only');
    await this.operate({ revision: before.revision, source: before.source, prune: true, syncStrategy: { apply: {} } });
    await until(`Argo CD to have gone back to ${before.revision}`, () => {
      const { phase, syncResult } = this.status.operationState ?? {};
      if (`${phase} ${syncResult?.revision}` === `Succeeded ${before.revision}`) return true;
      throw new Error(summary(this.status));
    });
  }

  /** As the interface does, with the options of the Application. */
  private async operate(sync: object): Promise<void> {
    const before = this.status.operationState?.startedAt;
    const { syncOptions } = this.application.spec.syncPolicy;
    const operation = { sync: { ...sync, syncOptions }, initiatedBy: { username: 'suite' } };
    this.kubectl('patch', 'application', this.release.namespace, '--type=merge', '--patch', JSON.stringify({ operation }));
    await until('the sync to begin', () => this.status.operationState?.startedAt !== before);
  }

  private get application(): Application {
    return JSON.parse(this.kubectl('get', 'application', this.release.namespace, '--output=json')) as Application;
  }

  public get status(): Status {
    return this.application.status;
  }

  /** Resolves when Argo CD has compared the cluster with the newest commit, and finds nothing to do. */
  public async compared(): Promise<void> {
    const head = this.git('rev-parse', 'HEAD');
    await until(`Argo CD to have compared ${head}`, () => {
      const { status } = this;
      if (`${status.sync.status} ${status.sync.revision} ${status.health.status}` === `Synced ${head} Healthy`) return true;
      throw new Error(summary(status));
    });
  }

  /** Resolves when everything is as the newest commit says, and healthy, and the last sync of it has succeeded. */
  public async synced(): Promise<void> {
    const head = this.git('rev-parse', 'HEAD');
    await until(`Argo CD to have applied ${head}`, () => {
      const { status } = this;
      const { phase, syncResult } = status.operationState ?? {};
      const done = `${status.sync.status} ${status.sync.revision} ${status.health.status} ${phase} ${syncResult?.revision}`;
      if (done === `Synced ${head} Healthy Succeeded ${head}`) return true;
      throw new Error(summary(status));
    });
  }

  public kubectl(...args: string[]): string {
    return kubectl(['--namespace', 'argocd', ...args]);
  }

  /** Ends it without touching what it has applied. */
  public forget(): void {
    this.kubectl('delete', 'application', this.release.namespace, '--ignore-not-found', '--wait=false');
  }
}

/** A release that the real Argo CD follows, from a Git repository of its own, by the commands of the page. */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { merge } from '../../../constructs/finish';
import { block } from './page';
import { kubectl, until } from './kubectl';
import type { Release, Variant } from './release';

export const PAGE = 'how-to/argo-cd.md';

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

  /** The manifests as `npm run synth` writes them, not yet committed. */
  public write(variant: Variant, changes: object = {}): void {
    const dist = this.release.path('dist');
    const rendered = dirname(this.release.render(variant, merge({ argocd: this.argocd }, changes) as object));
    rmSync(dist, { recursive: true, force: true });
    cpSync(rendered, dist, { recursive: true });
  }

  /** Commits what is written, and lets Argo CD know, as the hook of a Git server would. */
  public async publish(): Promise<void> {
    await this.release.follow(block(PAGE, 'git add dist').replace('npm run synth\n', ''));
    this.refresh();
  }

  public async publishVariant(variant: Variant, changes: object = {}): Promise<void> {
    this.write(variant, changes);
    await this.publish();
  }

  public refresh(): void {
    this.kubectl('annotate', 'application', this.release.namespace, 'argocd.argoproj.io/refresh=normal', '--overwrite');
  }

  /** A sync of the whole that somebody asks for. */
  public async sync(): Promise<void> {
    const before = this.status.operationState?.startedAt;
    const operation = { sync: { prune: true }, initiatedBy: { username: 'suite' } };
    this.kubectl('patch', 'application', this.release.namespace, '--type=merge', '--patch', JSON.stringify({ operation }));
    await until('the sync to begin', 30, () => this.status.operationState?.startedAt !== before);
    await this.synced();
  }

  public get status(): Status {
    return (JSON.parse(this.kubectl('get', 'application', this.release.namespace, '--output=json')) as { status: Status }).status;
  }

  /** Resolves when Argo CD has compared the cluster with the newest commit, and finds nothing to do. */
  public async compared(): Promise<void> {
    const head = this.git('rev-parse', 'HEAD');
    await until(`Argo CD to have compared ${head}`, 60, () => {
      const { status } = this;
      if (`${status.sync.status} ${status.sync.revision} ${status.health.status}` === `Synced ${head} Healthy`) return true;
      throw new Error(summary(status));
    });
  }

  /** Resolves when everything is as the newest commit says, and healthy, and the last sync of it has succeeded. */
  public async synced(): Promise<void> {
    const head = this.git('rev-parse', 'HEAD');
    await until(`Argo CD to have applied ${head}`, 240, () => {
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

/** What the Jobs of a restore have in common. They are not a part of the stack: `npm run restore` makes them, and removes them. */
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import { backupClaim, nodeOf, type SharedClaim } from '../claims';
import type { Component } from '../component';
import * as pod from '../pod';

/**
 * The newest backup; or the newest that is not younger than `time`, which is written as in their names. A copy is one of those that are
 * off-site, whose folder comes through `INCOMING` as an archive of tar.
 */
export interface BackupSource {
  readonly kind: 'backup' | 'copy';
  readonly time?: string;
}

/** Pipe in the first container that a file comes through, or the folder of a backup. */
export const INCOMING = `${pod.TMP}/incoming`;

/** Somebody waits for it; one whose command was killed is not to stand for ever. Seconds. */
const DEADLINE = 48 * 3600;
/** A Job that has ended goes after this time, if the command has not removed it. Seconds. */
const TIME_TO_LIVE = 24 * 3600;

/** A Job with pods of that component. */
export class RestoreJob extends Chart {
  public constructor(
    scope: Construct,
    id: string,
    protected readonly config: Config,
    protected readonly component: Component,
  ) {
    super(scope, id);
  }

  /** @param shared what its volumes have of those that pods of the stack mount too */
  protected job(podSpec: Pick<k8s.PodSpec, 'initContainers' | 'containers' | 'volumes'>, shared?: SharedClaim): void {
    const { component, config } = this;
    const node = nodeOf(shared, component);
    new k8s.KubeJob(this, 'job', {
      metadata: { ...component.metadata(), name: `${config.release}-${this.node.id}` },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: DEADLINE,
        ttlSecondsAfterFinished: TIME_TO_LIVE,
        template: {
          metadata: { labels: { ...component.labels, ...(node.affinity ? {} : pod.APART) } },
          spec: {
            serviceAccountName: component.name,
            ...pod.restrictedPod,
            imagePullSecrets: pod.pullSecrets(config.imagePullSecrets),
            ...node,
            restartPolicy: 'Never',
            ...podSpec,
          },
        },
      },
    });
  }

  /** What holds those of the release; none for a copy that comes, as that may be what is lost. */
  protected held(kind: string): SharedClaim | undefined {
    return kind === 'copy' ? undefined : backupClaim(this.config);
  }

  /** Those of the release; or a volume for the copy. */
  protected backups(kind: string): k8s.Volume {
    const held = this.held(kind);
    return held ? pod.claimVolume('backup', held.claim) : pod.claimed('backup', this.config.backup);
  }
}

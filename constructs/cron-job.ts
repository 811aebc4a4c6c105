/** A pod that runs on a schedule, beside what nobody waits for. */
import type { Construct } from 'constructs';
import { k8s } from '../imports';
import { nodeOf, type SharedClaim } from './claims';
import type { Component } from './component';
import * as pod from './pod';
import { serviceAccount } from './service-account';

export interface CronJobProps {
  readonly component: Component;
  readonly imagePullSecrets: readonly string[];
  readonly settings: { readonly schedule: string; readonly timeZone: string; readonly deadline: number };
  /** What its volumes have of those that pods of other components mount too.
   * @default - nothing */
  readonly shared?: SharedClaim;
  /** The rest follows from these. */
  readonly podSpec: Pick<k8s.PodSpec, 'initContainers' | 'containers' | 'volumes'>;
}

/** A missed hour is made up for within this time, such as after a repair of the control plane. Seconds. */
const STARTING_DEADLINE = 3600;

/** One pod at a time, tried once more, and the last three of each end to look at. */
export function cronJob(scope: Construct, { component, imagePullSecrets, settings, shared, podSpec }: CronJobProps): void {
  const serviceAccountName = serviceAccount(scope, component);
  new k8s.KubeCronJob(scope, 'cron-job', {
    metadata: component.metadata(),
    spec: {
      schedule: settings.schedule,
      timeZone: settings.timeZone,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: { ...component.labels } },
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: settings.deadline,
          template: {
            metadata: { labels: { ...component.labels } },
            spec: {
              serviceAccountName,
              ...pod.restrictedPod,
              imagePullSecrets: pod.pullSecrets(imagePullSecrets),
              ...nodeOf(shared, component),
              restartPolicy: 'Never',
              ...podSpec,
            },
          },
        },
      },
    },
  });
}

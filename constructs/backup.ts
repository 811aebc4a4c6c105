import { Construct } from 'constructs';
import { k8s } from '../imports';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { BACKUP_PROGRAMS, dumpContainer, dumpVolume, type DumpProps } from './dump';
import * as pod from './pod';
import { runtimeFiles } from './runtime-files';
import { serviceAccount } from './service-account';

/** Properties of `Backup`. */
export interface BackupProps {
  readonly component: Component;
  readonly imagePullSecrets: readonly string[];
  readonly dump: DumpProps;
}

/** A missed hour is made up for within this time, such as after a repair of the control plane. Seconds. */
const STARTING_DEADLINE = 3600;

/** Dumps the database on a schedule into a claim of its own. */
export class Backup extends Construct {
  public constructor(scope: Construct, id: string, { component, imagePullSecrets, dump }: BackupProps) {
    super(scope, id);
    const serviceAccountName = serviceAccount(this, component);
    const runtime = new ConfigFiles(this, 'runtime', { component, text: runtimeFiles(...BACKUP_PROGRAMS) });
    const { settings, secret } = dump;
    new k8s.KubeCronJob(this, 'cron-job', {
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
                restartPolicy: 'Never',
                containers: [dumpContainer(dump)],
                volumes: [
                  pod.configVolume('runtime', runtime.name),
                  pod.secretVolume(`secret-${secret.id}`, secret.name, secret.keys),
                  dumpVolume(dump),
                  pod.scratch('tmp', settings.resources.limits['ephemeral-storage']),
                ],
              },
            },
          },
        },
      },
    });
  }
}

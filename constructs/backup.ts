import { Construct } from 'constructs';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { cronJob } from './cron-job';
import { BACKUP_PROGRAMS, dumpContainer, dumpVolume, type DumpProps } from './dump';
import * as pod from './pod';
import { runtimeFiles } from './runtime-files';

/** Properties of `Backup`. */
export interface BackupProps {
  readonly component: Component;
  readonly imagePullSecrets: readonly string[];
  readonly dump: DumpProps;
}

/** Dumps the database on a schedule into a claim of its own. */
export class Backup extends Construct {
  public constructor(scope: Construct, id: string, { component, imagePullSecrets, dump }: BackupProps) {
    super(scope, id);
    const runtime = new ConfigFiles(this, 'runtime', { component, text: runtimeFiles(...BACKUP_PROGRAMS) });
    const { settings, secret } = dump;
    const volumes = [
      pod.configVolume('runtime', runtime.name),
      pod.secretVolume(`secret-${secret.id}`, secret.name, secret.keys),
      dumpVolume(dump),
      pod.scratch('tmp', settings.resources.limits['ephemeral-storage']),
    ];
    cronJob(this, { component, imagePullSecrets, settings, podSpec: { containers: [dumpContainer(dump)], volumes } });
  }
}

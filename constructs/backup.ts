import { Construct } from 'constructs';
import type { SharedClaim } from './claims';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { cronJob } from './cron-job';
import { tlsVolumes } from './database';
import { BACKUP_PROGRAMS, dumpContainer, dumpVolume, type DumpProps } from './dump';
import { MEDIA_DIRECTORY, mediaMount } from './media';
import * as pod from './pod';
import { runtimeFiles } from './runtime-files';

/** Properties of `Backup`. */
export interface BackupProps {
  readonly component: Component;
  readonly imagePullSecrets: readonly string[];
  readonly dump: DumpProps;
  /** Uploaded files, which are backed up beside the database.
   * @default - none */
  readonly media?: SharedClaim;
}

/** Dumps the database on a schedule into a claim of its own, with the uploaded files beside it. */
export class Backup extends Construct {
  public constructor(scope: Construct, id: string, { component, imagePullSecrets, dump, media }: BackupProps) {
    super(scope, id);
    const runtime = new ConfigFiles(this, 'runtime', { component, text: runtimeFiles(...BACKUP_PROGRAMS) });
    const { settings, secret, database } = dump;
    const uploads = media && mediaMount(media, { readOnly: true });
    const container = dumpContainer(dump, uploads && { env: { MEDIA_DIRECTORY }, volumeMounts: [uploads.mount] });
    const volumes = [
      pod.configVolume('runtime', runtime.name),
      pod.secretVolume(secret),
      ...tlsVolumes(database),
      dumpVolume(dump),
      pod.scratch('tmp', settings.resources.limits['ephemeral-storage']),
      ...(uploads ? [uploads.volume] : []),
    ];
    cronJob(this, { component, imagePullSecrets, settings, shared: dump.backups, podSpec: { containers: [container], volumes } });
  }
}

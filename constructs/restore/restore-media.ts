import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import type { SharedClaim } from '../claims';
import { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { BACKUP_DIRECTORY } from '../dump';
import { MEDIA_DIRECTORY, mediaMount } from '../media';
import * as pod from '../pod';
import { programContainer } from '../program';
import { runtimeFiles } from '../runtime-files';
import { INCOMING, RestoreJob, type BackupSource } from './job';

/** Properties of `RestoreMedia`. */
export interface RestoreMediaProps {
  readonly config: Config;
  readonly media: SharedClaim;
  readonly source: BackupSource;
}

const PROGRAMS = ['restore-media.sh', 'program.sh', 'rotation.sh', 'restoring.sh', 'media.sh'];

/** Puts uploaded files back that are missing in their volume. It knows no password. */
export class RestoreMedia extends RestoreJob {
  public constructor(scope: Construct, id: string, { config, media, source }: RestoreMediaProps) {
    super(scope, id, config, new Component(config, 'backup', config.postgres.image));
    const { component } = this;
    const runtime = new ConfigFiles(this, 'runtime', { component, suffix: id, text: runtimeFiles(...PROGRAMS) });
    const { volume, mount } = mediaMount(media, { readOnly: false });
    const backups = this.backups(source.kind);
    const tmp = pod.scratch('tmp', config.backup.resources.limits['ephemeral-storage']);
    const copy = source.kind === 'copy';
    const container = programContainer({
      name: 'restore-media',
      image: config.postgres.image,
      imagePullPolicy: config.imagePullPolicy,
      args: [copy ? 'copy' : (source.time ?? 'newest')],
      env: { PGDATABASE: config.postgres.database, BACKUP_DIRECTORY, MEDIA_DIRECTORY, ...(copy ? { INCOMING } : {}) },
      resources: config.backup.resources,
      volumeMounts: [(copy ? pod.mount : pod.readOnly)(backups, BACKUP_DIRECTORY), mount, pod.mount(tmp, pod.TMP)],
    });
    const volumes = [pod.configVolume('runtime', runtime.name), backups, volume, tmp];
    this.job({ containers: [container], volumes }, this.held(source.kind) ?? media);
  }
}

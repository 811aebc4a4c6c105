import type { Construct } from 'constructs';
import { wholeCpus } from '../../config/quantity';
import { Application, SHARED_RUNTIME } from '../application';
import { ConfigFiles } from '../config-files';
import { BACKUP_DIRECTORY } from '../dump';
import { MIGRATE_PROGRAMS, migrateCommand } from '../migrate';
import * as pod from '../pod';
import { ROLES_PROGRAMS, rolesContainer, rolesSecrets } from '../roles';
import { runtimeFiles } from '../runtime-files';
import { DatabaseJob, type RestoreProps, type Source } from './database-job';
import { INCOMING } from './job';

const PROGRAMS = ['restore.sh', 'program.sh', 'rotation.sh', 'restoring.sh', 'manifest.sql', 'judge.sql', 'restorable.sql'];
const argument = (source: Source) => (source.kind === 'backup' ? (source.time ?? 'newest') : source.kind);

/** Makes a database beside the live one, its roles, and what its tables lack of this release. */
export class Restore extends DatabaseJob {
  public constructor(scope: Construct, id: string, props: RestoreProps) {
    super(scope, id, props);
    const { component, application } = this;
    const { migrate, backup, postgres } = props.config;
    const text = runtimeFiles(...PROGRAMS, ...MIGRATE_PROGRAMS, ...ROLES_PROGRAMS, ...SHARED_RUNTIME);
    const runtime = new ConfigFiles(this, 'runtime', { component, suffix: id, text });
    const app = new Application(application, runtime.name, backup.resources.limits['ephemeral-storage']);
    const ofOthers = rolesSecrets(application.secrets).filter((secret) => secret !== application.secrets['postgres-owner']);
    const backups = this.backups(props.source.kind);
    const mount = props.source.kind === 'copy' ? pod.mount : pod.readOnly;
    const podSpec = {
      initContainers: [
        this.container('restore', [argument(props.source)], this.environment(), [mount(backups, BACKUP_DIRECTORY)]),
        rolesContainer({ ...application, ...migrate, image: postgres.image, extensions: postgres.extensions }),
      ],
      containers: [
        app.container('migrate', {
          command: migrateCommand(migrate),
          resources: pod.resourceRequirements(migrate.resources),
        }),
      ],
      volumes: [...app.volumes, ...ofOthers.map(pod.secretVolume), backups],
    };
    this.job(podSpec, this.held(props.source.kind));
  }

  private environment(): Record<string, string> {
    const { config, source } = this.props;
    return {
      BACKUP_DIRECTORY,
      JOBS: `${wholeCpus((config.postgres.external ? config.backup : config.postgres).resources.limits.cpu)}`,
      ...(source.kind === 'copy' ? { INCOMING } : {}),
      ...(source.kind === 'file' ? { INCOMING, FORMAT: source.format, CHECKSUM: source.checksum, BYTES: `${source.bytes}` } : {}),
    };
  }
}

import { Construct } from 'constructs';
import { wholeCpus } from '../config/quantity';
import type { Config } from '../config/resolve';
import { type k8s } from '../imports';
import type { SharedClaim } from './claims';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { cronJob } from './cron-job';
import { BACKUP_DIRECTORY } from './dump';
import { notEmpty } from './empty';
import { claimedBackups, fetchedBackups, type Copies } from './fetch';
import * as pod from './pod';
import { layout } from './postgres/layout';
import { PORT, serverCommand, serverEnvironment, serverFolders } from './postgres/server';
import { programContainer } from './program';
import { runtimeFiles } from './runtime-files';

/** Properties of `Drill`. */
export interface DrillProps {
  readonly component: Component;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  /** Of the server whose loss is rehearsed. */
  readonly postgres: Config['postgres'];
  readonly settings: Config['drill'];
  readonly backups: ({ readonly source: 'local' } & SharedClaim) | ({ readonly source: 'off-site' } & Copies);
}

const PROGRAMS = ['drill.sh', 'program.sh', 'rotation.sh', 'restoring.sh', 'manifest.sql', 'judge.sql'];
/** Superuser of the pod's own server; the roles of the real one come out of the backup. */
const SUPERUSER = 'scratch';
/** Parameters of the real server that a restore needs too: what loads the libraries of extensions, and the room for locks of all tables. */
const NEEDED = ['shared_preload_libraries', 'max_locks_per_transaction'];
/** The kubelet puts it into the status of the pod. */
const TERMINATION_LOG = '/dev/termination-log';
/** For a new server to be made and to start. Seconds. */
const WAIT = 600;

/** Restores the newest backup on a schedule, into a server of the pod's own that nobody else can reach and that ends with the pod. */
export class Drill extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: DrillProps,
  ) {
    super(scope, id);
    const { component, imagePullSecrets, settings, backups } = props;
    const from = backups.source === 'local' ? claimedBackups(backups.claim) : fetchedBackups(backups, props);
    const runtime = new ConfigFiles(this, 'runtime', { component, text: { ...runtimeFiles(...PROGRAMS), ...from.files } });
    const files = pod.configVolume('runtime', runtime.name);
    const data = pod.claimed('data', settings);
    const server = serverFolders(this.server());
    const volumeMounts = [
      pod.readOnly(from.backups, BACKUP_DIRECTORY),
      pod.mount(data, layout(props.postgres.version).mountPath),
      ...server.volumeMounts,
    ];
    const podSpec = {
      initContainers: notEmpty(from.initContainers),
      containers: [this.container(volumeMounts)],
      volumes: [files, from.backups, ...from.volumes, data, ...server.volumes],
    };
    const shared = backups.source === 'local' ? backups : undefined;
    cronJob(this, { component, imagePullSecrets, settings, shared, podSpec });
  }

  /** Like the real one, in the room that a drill has: of its own parameters only those that the restore needs, as of extensions. */
  private server() {
    const { postgres, settings } = this.props;
    const needed = Object.entries(postgres.parameters).filter(([name]) => NEEDED.includes(name) || name.includes('.'));
    return { ...postgres, parameters: Object.fromEntries(needed), storage: settings.storage, resources: settings.resources };
  }

  private container(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { imagePullPolicy, postgres, settings, backups } = this.props;
    return programContainer({
      name: 'drill',
      image: postgres.image,
      imagePullPolicy,
      args: ['docker-entrypoint.sh', ...serverCommand(this.server(), { listen_addresses: '127.0.0.1' })],
      env: {
        ...serverEnvironment(postgres),
        POSTGRES_USER: SUPERUSER,
        POSTGRES_HOST_AUTH_METHOD: 'trust',
        PGHOST: '127.0.0.1',
        PGPORT: `${PORT.containerPort}`,
        PGUSER: SUPERUSER,
        PGDATABASE: postgres.database,
        BACKUP_DIRECTORY,
        SOURCE: backups.source,
        JOBS: `${wholeCpus(settings.resources.limits.cpu)}`,
        REPORT: TERMINATION_LOG,
        WAIT_SECONDS: `${WAIT}`,
      },
      resources: settings.resources,
      volumeMounts,
    });
  }
}

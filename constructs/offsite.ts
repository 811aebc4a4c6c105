import { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { bucketVariables, PUBLIC_KEY, tools } from './bucket';
import type { SharedClaim } from './claims';
import type { Component } from './component';
import { ConfigFiles } from './config-files';
import { cronJob } from './cron-job';
import { BACKUP_DIRECTORY, NOTES, offsiteVariables } from './dump';
import * as pod from './pod';
import { programContainer } from './program';
import { runtimeFiles, runtimePath } from './runtime-files';
import type { SecretContract } from './secrets';

/** Properties of `Offsite`. */
export interface OffsiteProps {
  readonly component: Component;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly settings: NonNullable<Config['offsite']>;
  /** Image that has bash and gpg: the official one of Postgres. */
  readonly image: string;
  /** Database whose backups these are. */
  readonly database: string;
  /** Claim that holds the backups. */
  readonly backups: SharedClaim;
  readonly secret: SecretContract;
}

const PROGRAMS = ['offsite.sh', 'program.sh', 'rotation.sh', 'bucket.sh'];
/** Of what is sent at once, and is in the pod meanwhile. */
const PIECE_BYTES = 128 * 1024 ** 2;

/** Copies backups into a bucket, encrypted. The pod reads them and can change none, nor read what it has sent. */
export class Offsite extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: OffsiteProps,
  ) {
    super(scope, id);
    const { component, imagePullSecrets, settings, secret } = props;
    const text = { ...runtimeFiles(...PROGRAMS), [PUBLIC_KEY]: settings.publicKey };
    const runtime = pod.configVolume('runtime', new ConfigFiles(this, 'runtime', { component, text }).name);
    const backups = pod.claimVolume('backup', props.backups.claim);
    const tmp = pod.scratch('tmp', settings.resources.limits['ephemeral-storage']);
    const notes = { ...pod.mount(backups, `${BACKUP_DIRECTORY}/${NOTES}`), subPath: NOTES };
    const podSpec = {
      initContainers: [tools.container(settings, props.imagePullPolicy)],
      containers: [
        this.copy([pod.secretMount(secret), pod.readOnly(backups, BACKUP_DIRECTORY), notes, tools.mount, pod.mount(tmp, pod.TMP)]),
      ],
      volumes: [runtime, pod.secretVolume(secret), backups, tools.volume, tmp],
    };
    cronJob(this, { component, imagePullSecrets, settings, shared: props.backups, podSpec });
  }

  private copy(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { image, imagePullPolicy, settings, database } = this.props;
    return programContainer({
      name: 'offsite',
      image,
      imagePullPolicy,
      env: {
        ...tools.variables,
        PGDATABASE: database,
        BACKUP_DIRECTORY,
        ...offsiteVariables(settings),
        ...bucketVariables(settings),
        PUBLIC_KEY: runtimePath(PUBLIC_KEY),
        PIECE_BYTES: `${PIECE_BYTES}`,
      },
      resources: settings.resources,
      volumeMounts,
    });
  }
}

/** The backups that a drill has: those of the release, or the newest of those that are off-site. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { bucketVariables, PUBLIC_KEY, tools } from './bucket';
import { BACKUP_DIRECTORY } from './dump';
import * as pod from './pod';
import { programContainer } from './program';
import { runtimeFiles, runtimePath } from './runtime-files';
import { PRIVATE_KEY, type SecretContract } from './secrets';

/** Copies of backups, off-site. */
export interface Copies {
  readonly bucket: NonNullable<Config['offsite']>;
  /** Who may read them. */
  readonly secret: SecretContract;
  /** For the one that is fetched. */
  readonly room: { readonly storage: number; readonly storageClass?: string };
}

interface Backups {
  /** Holds them, at the latest when the containers have ended. */
  readonly backups: k8s.Volume;
  readonly initContainers: k8s.Container[];
  /** Of these containers. */
  readonly volumes: k8s.Volume[];
  /** For the volume `runtime`. */
  readonly files: Readonly<Record<string, string>>;
}

const PROGRAMS = ['fetch.sh', 'bucket.sh'];

export const claimedBackups = (claimName: string): Backups => ({
  backups: pod.claimVolume('backup', claimName),
  initContainers: [],
  volumes: [],
  files: {},
});

export function fetchedBackups(
  { bucket, secret, room }: Copies,
  { imagePullPolicy, postgres }: { readonly imagePullPolicy: string; readonly postgres: Config['postgres'] },
): Backups {
  const backups = pod.claimed('backup', room);
  const pieces = pod.scratch('pieces', bucket.resources.limits['ephemeral-storage']);
  const fetch = programContainer({
    name: 'fetch',
    image: postgres.image,
    imagePullPolicy,
    args: ['newest'],
    env: {
      ...tools.variables,
      ...bucketVariables(bucket),
      PGDATABASE: postgres.database,
      BACKUP_DIRECTORY,
      PUBLIC_KEY: runtimePath(PUBLIC_KEY),
      PRIVATE_KEY: `${secret.directory}/${PRIVATE_KEY}`,
    },
    resources: bucket.resources,
    volumeMounts: [pod.secretMount(secret), pod.mount(backups, BACKUP_DIRECTORY), tools.mount, pod.mount(pieces, pod.TMP)],
  });
  return {
    backups,
    initContainers: [tools.container(bucket, imagePullPolicy), fetch],
    volumes: [pod.secretVolume(secret), tools.volume, pieces],
    files: { ...runtimeFiles(...PROGRAMS), [PUBLIC_KEY]: bucket.publicKey },
  };
}

/** A backup of the database, in whatever pod it runs. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import type { SharedClaim } from './claims';
import { clientVariables, tlsMounts, type Database } from './database';
import * as pod from './pod';
import { programContainer } from './program';
import type { SecretContract } from './secrets';

/** What a container needs to back up the database, in whatever pod it runs. */
export interface DumpProps {
  /** Official image of the server's own major: pg_dump must not be older. */
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Of the application in this release, which a backup remembers. In one before a migration the tables are those of the release before. */
  readonly applicationImage: string;
  readonly settings: Config['backup'];
  readonly database: Database;
  readonly secret: SecretContract;
  /** Claim that the dumps are kept in. */
  readonly backups: SharedClaim;
  /** Longest time to wait for the server, or for another backup. Seconds. */
  readonly wait: number;
  /** Where each is to be before it may go.
   * @default - nowhere else */
  readonly offsite?: Config['offsite'];
}

/** Where the volume of backups is mounted. */
export const BACKUP_DIRECTORY = '/backup';
/** A folder in that volume, with a note of each backup that is off-site, and where a container finds it. */
export const NOTES = '.offsite';

/** Variables that tell which backups are off-site: at the place that they name. */
export const offsiteVariables = ({ endpoint, bucket, prefix }: NonNullable<Config['offsite']>) => ({
  OFFSITE: `${endpoint}/${bucket}/${prefix}`,
  NOTES_DIRECTORY: `${BACKUP_DIRECTORY}/${NOTES}`,
});
/** As every pg_dump takes them, those before 16 as a level of gzip. */
const COMPRESSIONS = { gzip: '6', lz4: 'lz4', zstd: 'zstd', none: '0' } as const;

/** What the container runs, which stands in `runtime`. */
export const BACKUP_PROGRAMS = ['backup.sh', 'program.sh', 'rotation.sh', 'media.sh', 'manifest.sql'] as const;

/** Volume that the container below expects, besides `runtime`, that of the Secret, those of TLS, and `tmp`. */
export const dumpVolume = ({ backups }: DumpProps): k8s.Volume => pod.claimVolume('backup', backups.claim);

/** A container that makes one verified dump and rotates the older ones. */
export function dumpContainer(
  props: DumpProps,
  {
    args,
    env = {},
    volumeMounts = [],
  }: Pick<k8s.Container, 'args' | 'volumeMounts'> & { readonly env?: Readonly<Record<string, string>> } = {},
): k8s.Container {
  const { image, imagePullPolicy, applicationImage, settings, database, secret, wait, offsite } = props;
  return programContainer({
    name: 'backup',
    image,
    imagePullPolicy,
    args,
    env: {
      ...clientVariables(database, database.roles.backup),
      APPLICATION_IMAGE: applicationImage,
      BACKUP_DIRECTORY,
      COMPRESSION: COMPRESSIONS[settings.compression],
      JOBS: `${settings.jobs}`,
      KEEP_DAILY: `${settings.keep.daily}`,
      KEEP_WEEKLY: `${settings.keep.weekly}`,
      KEEP_MONTHLY: `${settings.keep.monthly}`,
      WAIT_SECONDS: `${wait}`,
      ...(offsite && offsiteVariables(offsite)),
      ...env,
    },
    resources: settings.resources,
    volumeMounts: [
      pod.secretMount(secret),
      ...tlsMounts(database),
      { name: 'backup', mountPath: BACKUP_DIRECTORY },
      { name: 'tmp', mountPath: pod.TMP },
      ...volumeMounts,
    ],
  });
}

/** A backup of the database, in whatever pod it runs. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { notEmpty } from './empty';
import * as pod from './pod';
import { RUNTIME_DIRECTORY, runtimePath } from './runtime-files';
import type { SecretContract } from './secrets';

/** What a container needs to back up the database, in whatever pod it runs. */
export interface DumpProps {
  /** Official image of the server's own major: pg_dump must not be older. */
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Of the application in this release, which a backup remembers. In one before a migration the tables are those of the release before. */
  readonly applicationImage: string;
  readonly settings: Config['backup'];
  readonly database: { readonly host: string; readonly port: number; readonly name: string; readonly user: string };
  readonly secret: SecretContract;
  /** Claim that the dumps are kept in. */
  readonly claim: string;
  /** Longest time to wait for the server, or for another backup. Seconds. */
  readonly wait: number;
}

/** Where the volume of backups is mounted. */
export const BACKUP_DIRECTORY = '/backup';
/** As every pg_dump takes them, those before 16 as a level of gzip. */
const COMPRESSIONS = { gzip: '6', lz4: 'lz4', zstd: 'zstd', none: '0' } as const;

const PROGRAM = 'backup.sh';
/** What the container runs, which stands in `runtime`. */
export const BACKUP_PROGRAMS = [PROGRAM, 'program.sh', 'rotation.sh', 'manifest.sql'] as const;

/** Volume that the container below expects, besides `runtime`, `secret-postgres` and `tmp`. */
export const dumpVolume = ({ claim }: DumpProps): k8s.Volume => ({ name: 'backup', persistentVolumeClaim: { claimName: claim } });

/** A container that makes one verified dump and rotates the older ones. */
export function dumpContainer(
  props: DumpProps,
  { args = [], volumeMounts = [] }: Pick<k8s.Container, 'args' | 'volumeMounts'> = {},
): k8s.Container {
  const { image, imagePullPolicy, applicationImage, settings, database, secret, wait } = props;
  return {
    name: 'backup',
    image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['bash', runtimePath(PROGRAM)],
    args: notEmpty(args),
    env: pod.environment({
      HOME: pod.TMP,
      PGHOST: database.host,
      PGPORT: `${database.port}`,
      PGDATABASE: database.name,
      PGUSER: database.user,
      APPLICATION_IMAGE: applicationImage,
      BACKUP_DIRECTORY,
      COMPRESSION: COMPRESSIONS[settings.compression],
      KEEP_DAILY: `${settings.keep.daily}`,
      KEEP_WEEKLY: `${settings.keep.weekly}`,
      KEEP_MONTHLY: `${settings.keep.monthly}`,
      WAIT_SECONDS: `${wait}`,
    }),
    resources: pod.resourceRequirements(settings.resources),
    volumeMounts: [
      { name: 'runtime', mountPath: RUNTIME_DIRECTORY, readOnly: true },
      { name: `secret-${secret.id}`, mountPath: secret.directory, readOnly: true },
      { name: 'backup', mountPath: BACKUP_DIRECTORY },
      { name: 'tmp', mountPath: pod.TMP },
      ...volumeMounts,
    ],
  };
}

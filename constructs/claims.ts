/** The claims that outlive the stack, and the pods that share a node for them. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import type { Component, ComponentName } from './component';
import * as pod from './pod';

/** Names of the claims that outlive the stack. */
export const claimNames = ({ release }: Pick<Config, 'release'>) => ({
  // As a template of its StatefulSet would name it, which cannot grow: so it once was made, and such a volume is found.
  postgres: `data-${release}-postgres-0`,
  backup: `${release}-backup`,
  media: `${release}-media`,
});

/** A claim that pods of several components mount. */
export interface SharedClaim {
  readonly claim: string;
  /** Components that share a node, as only one mounts it.
   * @default - many nodes mount it, and its pods go where they like */
  readonly oneNode?: readonly ComponentName[];
}

/** Components that mount the backups, and those that besides the backup mount the uploaded files. */
const OF_BACKUPS: readonly ComponentName[] = ['migrate', 'backup', 'drill', 'offsite'];
const ofMedia = (config: Config): readonly ComponentName[] => [...everyGunicorn(config).map(({ name }) => name), 'nginx'];

const onOneNode = ({ django: { media } }: Config) => media?.accessMode === 'ReadWriteOnce';

/** Where one node mounts the uploaded files, it is that of the backups too: a backup mounts both, and finds no node if they have two. */
const sharing = (config: Config) => [...(onOneNode(config) ? ofMedia(config) : []), ...OF_BACKUPS];

/** That of the backups, which one node mounts. */
export const backupClaim = (config: Config): SharedClaim => ({ claim: claimNames(config).backup, oneNode: sharing(config) });

/** That of the uploaded files. */
export const mediaClaim = (config: Config): SharedClaim => ({
  claim: claimNames(config).media,
  oneNode: onOneNode(config) ? sharing(config) : undefined,
});

/** `affinity` of a pod that mounts it, or that mounts none. */
export const nodeOf = (shared: SharedClaim | undefined, { labels }: Component): k8s.Affinity | undefined =>
  shared?.oneNode && { podAffinity: pod.together(labels, shared.oneNode) };

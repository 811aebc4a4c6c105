/** The claims that outlive the stack, and the pods that share a node for them. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';
import { mountedByOneNode } from '../config/sections/django';
import type { k8s } from '../imports';
import type { Component, ComponentName } from './component';
import { common, nodeAffinity, nodesOf, onNodes, type Nodes } from './nodes';
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
  readonly oneNode?: OneNode;
}

/** Whichever of their pods is the first chooses for all. */
export interface OneNode {
  readonly components: readonly ComponentName[];
  /** What each of them needs of it. */
  readonly nodes: Nodes;
}

/** Components that mount the backups. */
const OF_BACKUPS: readonly ComponentName[] = ['migrate', 'backup', 'drill', 'offsite'];

/** Where one node mounts the uploaded files, it is that of the backups too: a backup mounts both, and finds no node if they have two. */
function sharing(config: Config): OneNode {
  const gunicorn = mountedByOneNode(config.django) ? everyGunicorn(config) : [];
  return {
    components: [...gunicorn.map(({ name }) => name), ...(gunicorn.length > 0 ? (['nginx'] as const) : []), ...OF_BACKUPS],
    nodes: common(gunicorn.map(({ settings }) => nodesOf(settings))),
  };
}

/** That of the backups, which one node mounts. */
export const backupClaim = (config: Config): SharedClaim => ({ claim: claimNames(config).backup, oneNode: sharing(config) });

/** That of the uploaded files. */
export const mediaClaim = (config: Config): SharedClaim => ({
  claim: claimNames(config).media,
  oneNode: mountedByOneNode(config.django) ? sharing(config) : undefined,
});

/** `podAffinity` of a pod that mounts it, or that mounts none. */
export const besideOthers = (shared: SharedClaim | undefined, { labels }: Component): k8s.PodAffinity | undefined =>
  shared?.oneNode && pod.together(labels, shared.oneNode.components);

/** Where a pod goes that mounts it, and that asks for nothing of its own. */
export function nodeOf(
  shared: SharedClaim | undefined,
  component: Component,
): Pick<k8s.PodSpec, 'nodeSelector' | 'tolerations' | 'affinity'> {
  if (!shared?.oneNode) return {};
  const { nodes } = shared.oneNode;
  return { ...onNodes(nodes), affinity: { podAffinity: besideOthers(shared, component), nodeAffinity: nodeAffinity(nodes) } };
}

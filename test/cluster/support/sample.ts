/** What there is of a release at one moment, while something is done to it. */
import { tagOf, type Live, type Pod } from './kubectl';
import type { Release } from './release';

export interface Sample {
  /** Tags of the images of the pods of Gunicorn that are ready. */
  readonly serving: readonly (string | undefined)[];
  readonly migrated: boolean;
  readonly maps: readonly string[];
  /** ConfigMaps that a pod has and the namespace has not. */
  readonly missing: readonly string[];
}

/** ConfigMaps that a pod mounts. */
export const mapsOf = ({ spec }: Pod) =>
  (spec as { volumes?: { configMap?: { name: string } }[] }).volumes?.flatMap(({ configMap }) => configMap?.name ?? []) ?? [];

export const born = ({ metadata }: Live) => Date.parse((metadata as unknown as { creationTimestamp: string }).creationTimestamp);

const isReady = ({ status }: Pod) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** Without pods that have ended or are stopping. */
export function sample(release: Release): Sample {
  const all = release.list('pods,configmaps,jobs');
  const pods = (all as Pod[]).filter(
    ({ kind, metadata, status }) =>
      kind === 'Pod' && metadata.deletionTimestamp === undefined && ['Pending', 'Running'].includes(status.phase),
  );
  const jobs = all.filter(({ kind }) => kind === 'Job').sort((a, b) => born(a) - born(b));
  const maps = all.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
  return {
    serving: pods.filter((pod) => pod.metadata.labels?.['app.kubernetes.io/component'] === 'gunicorn' && isReady(pod)).map(tagOf),
    migrated: jobs.at(-1)?.status.succeeded === 1,
    maps,
    missing: pods.flatMap(mapsOf).filter((name) => !maps.includes(name)),
  };
}

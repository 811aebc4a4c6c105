/** Where kept answers lie: what the pods of nginx need for that. */
import { cacheVolume, keepsAnswers } from '../../config/cache-room';
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import * as pod from '../pod';
import { DIRECTORIES } from './conf/settings';
import type { Mount } from './mount';

export interface CacheVolumeProps {
  readonly settings: Config['nginx'];
  readonly imagePullPolicy: string;
}

export interface CacheVolume {
  readonly mounts: readonly Mount[];
  readonly initContainers: readonly k8s.Container[];
  /** Variables that the mounts refer to. */
  readonly env?: readonly k8s.EnvVar[];
}

const VOLUME = 'cache';
const POD_NAME = 'POD_NAME';
/** The whole claim, as the container that tidies it sees it. */
const ALL_PODS = '/srv/caches';

/**
 * Removes what pods that are gone have left in the claim: each release has pods of other names. A pod that lives fetches again what it
 * misses. Folders of pods stay, as one may be about to be mounted; another pod may be removing the same files.
 */
function tidy(volume: k8s.Volume, { settings, imagePullPolicy }: CacheVolumeProps): k8s.Container {
  const minutes = Math.ceil(settings.cacheStore.inactive / 60);
  const find = `find ${ALL_PODS} -mindepth 2`;
  return {
    name: 'cache',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['sh', '-c', `${find} -type f -mmin +${minutes} -delete; ${find} -type d -empty -delete; true`],
    resources: pod.resourceRequirements(settings.resources),
    volumeMounts: [pod.mount(volume, ALL_PODS)],
  };
}

/** Nothing where no location keeps answers. */
export function cacheVolumes(props: CacheVolumeProps): CacheVolume {
  const { settings } = props;
  const { storage, claim } = settings.cacheStore;
  if (!keepsAnswers(settings)) return { mounts: [], initContainers: [] };
  if (claim === undefined) {
    const volume = (storage === 'memory' ? pod.memory : pod.scratch)(VOLUME, cacheVolume(settings));
    return { mounts: [{ volume, path: DIRECTORIES.cache, writable: true }], initContainers: [] };
  }
  const volume = pod.claimVolume(VOLUME, claim);
  return {
    mounts: [{ volume, path: DIRECTORIES.cache, writable: true, subPathExpr: `$(${POD_NAME})` }],
    initContainers: [tidy(volume, props)],
    env: [{ name: POD_NAME, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  };
}

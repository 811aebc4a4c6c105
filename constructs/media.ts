/** The volume of uploaded files, for what is neither the application nor the front. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';
import { claimNames } from './base';
import type { Component, ComponentName } from './component';
import * as pod from './pod';

/** Components that mount it. */
const readers = (config: Config): readonly ComponentName[] => [...everyGunicorn(config).map(({ name }) => name), 'nginx', 'backup'];

/** Where programs of Postgres's image find it. */
export const MEDIA_DIRECTORY = '/media';

/** The claim, and the components that must share a node where only one mounts it. */
export interface Media {
  readonly claim: string;
  readonly oneNode?: readonly ComponentName[];
}

/** That of a release, with what its file says of it; none where it says nothing. */
export function mediaOf(config: Config) {
  const { media } = config.django;
  const oneNode = media?.accessMode === 'ReadWriteOnce' ? readers(config) : undefined;
  return media && { ...media, claim: claimNames(config).media, oneNode };
}

/** What a pod and its container have to read it, or to change it. */
export function mediaMount({ claim, oneNode }: Media, component: Component, { readOnly }: { readonly readOnly: boolean }) {
  const volume = pod.claimVolume('media', claim);
  return {
    volume,
    mount: (readOnly ? pod.readOnly : pod.mount)(volume, MEDIA_DIRECTORY),
    affinity: oneNode && { podAffinity: pod.together(component.labels, oneNode) },
  };
}

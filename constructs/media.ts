/** The volume of uploaded files, for what is neither the application nor the front. */
import type { Config } from '../config/resolve';
import { mediaClaim, type SharedClaim } from './claims';
import * as pod from './pod';

/** Where programs of Postgres's image find it. */
export const MEDIA_DIRECTORY = '/media';

/** That of a release, with what its file says of it; none where it says nothing. */
export function mediaOf(config: Config) {
  const { media } = config.django;
  return media && { ...media, ...mediaClaim(config) };
}

/** What a pod and its container have to read it, or to change it. */
export function mediaMount({ claim }: SharedClaim, { readOnly }: { readonly readOnly: boolean }) {
  const volume = pod.claimVolume('media', claim);
  return { volume, mount: (readOnly ? pod.readOnly : pod.mount)(volume, MEDIA_DIRECTORY) };
}

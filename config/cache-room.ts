/** What the answers that Nginx keeps take of a pod, for rules and for the volume. Bytes. */
import type { Config } from './resolve';

type Store = Pick<Config['nginx'], 'cacheStore'>;

const MIB = 1024 ** 2;

/** Nginx's cache manager measures the cache every ten seconds. Source: nginx, `ngx_http_file_cache_expire`. */
const SMALLEST_MARGIN = 64 * MIB;
const LARGEST_MARGIN = 1024 * MIB;

/** Memory of Nginx itself: processes, connections and buffers. */
export const NGINX_MEMORY = 64 * MIB;

/** Whether any location keeps answers. */
export const keepsAnswers = ({ locations }: Pick<Config['nginx'], 'locations'>) => locations.some(({ cache }) => cache !== undefined);

/** The volume: kept answers, and those that come in before the cache manager removes old ones. A full one would cut answers short. */
export function cacheVolume({ cacheStore: { size } }: Store): number {
  return size + Math.min(LARGEST_MARGIN, Math.max(SMALLEST_MARGIN, Math.ceil(size / 2)));
}

/** Shared memory for keys, of which 1 MiB holds 8,000: one for each 32 KiB of answers, and never fewer than 80,000. */
export function keysZone({ cacheStore: { size } }: Store): number {
  return Math.max(10, Math.ceil(size / 256 / MIB)) * MIB;
}

/** Part of the container's memory limit that the cache takes. */
export function cacheMemory(nginx: Store & Pick<Config['nginx'], 'locations'>): number {
  if (!keepsAnswers(nginx)) return 0;
  return keysZone(nginx) + (nginx.cacheStore.storage === 'memory' ? cacheVolume(nginx) : 0);
}

/** Part of its limit of ephemeral storage. */
export function cacheDisk(nginx: Store & Pick<Config['nginx'], 'locations'>): number {
  const { storage, claim } = nginx.cacheStore;
  return keepsAnswers(nginx) && storage === 'disk' && claim === undefined ? cacheVolume(nginx) : 0;
}

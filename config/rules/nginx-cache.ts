/** What must hold between the answers that Nginx keeps and the room that its pods have. */
import { cacheDisk, cacheMemory, NGINX_MEMORY } from '../cache-room';
import { formatBytes } from '../quantity';
import type { Rule } from '../rules';

const MIB = 1024 ** 2;
const mebibytes = (bytes: number) => formatBytes(Math.ceil(bytes / MIB) * MIB);
const SIZE = ['nginx', 'cacheStore', 'size'];

export const cacheRules: readonly Rule[] = [
  ({ nginx }) => {
    const { memory } = nginx.resources.limits;
    const needed = cacheMemory(nginx) + NGINX_MEMORY;
    return (
      cacheMemory(nginx) > 0 &&
      needed > memory && {
        path: SIZE,
        message:
          `needs ${mebibytes(needed)} of nginx.resources.limits.memory, which is ${formatBytes(memory)}, got ${formatBytes(nginx.cacheStore.size)}: ` +
          `answers, those that come in, keys, and ${formatBytes(NGINX_MEMORY)} for Nginx itself; ` +
          `set less, raise that limit${nginx.cacheStore.storage === 'memory' ? ', or take storage: disk' : ''}`,
      }
    );
  },
  ({ nginx }) => {
    const { uploadLimit, locations, resources } = nginx;
    const disk = resources.limits['ephemeral-storage'];
    const uploads = 2 * Math.max(uploadLimit, ...locations.map((one) => (one.requestBuffering ? one.uploadLimit : 0)));
    const needed = cacheDisk(nginx) + uploads;
    return (
      cacheDisk(nginx) > 0 &&
      needed > disk && {
        path: SIZE,
        message:
          `needs ${mebibytes(needed)} of nginx.resources.limits.ephemeral-storage, which is ${formatBytes(disk)}, got ${formatBytes(nginx.cacheStore.size)}: ` +
          'answers, those that come in, and two uploads; set less, raise that limit, or name a claim',
      }
    );
  },
];

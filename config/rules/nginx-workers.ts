/** What must hold between the processes of Nginx and the memory of its container. */
import { cacheMemory, NGINX_MEMORY } from '../cache-room';
import { formatBytes } from '../quantity';
import type { Rule } from '../rules';
import { missingMemory, workers } from '../workers';

const MIB = 1024 ** 2;

export const workerRules: readonly Rule[] = [
  ({ nginx }) => {
    const needed = missingMemory(nginx);
    const { memory } = nginx.resources.limits;
    // Of a cache that alone is too large, its own rule speaks.
    if (needed === undefined || (cacheMemory(nginx) > 0 && cacheMemory(nginx) + NGINX_MEMORY > memory)) return undefined;
    const count = workers(nginx);
    return {
      path: ['nginx', 'resources', 'limits', 'memory'],
      message:
        `must be at least ${formatBytes(Math.ceil(needed / MIB) * MIB)} for ${count} ${count === 1 ? 'process' : 'processes'} of Nginx (one for each CPU of ` +
        `nginx.resources.limits.cpu)${cacheMemory(nginx) > 0 ? ' and its cache' : ''}, got ${formatBytes(memory)}`,
    };
  },
];

/** Processes of Nginx, and the connections that each of them takes, by the limits of its container. */
import { cacheMemory, NGINX_MEMORY } from './cache-room';
import type { Config } from './resolve';

type Nginx = Pick<Config['nginx'], 'resources' | 'locations' | 'cacheStore'>;

/**
 * Memory of one connection. Measured with nginx 1.30.6, of a client's connection over TLS: 27 KiB when it is idle, 35 KiB with HTTP/2;
 * 35 and 47 KiB while its request waits for Gunicorn over a second one; 30 to 100 KiB while a page is sent to a slow client. Bytes.
 */
const CONNECTION = 64 * 1024;
/** For some hundred visitors of one process. */
const FEWEST = 512;
/** For each may open two files, and no process may raise the limit that the node sets: systemd's default is 524,288, others are lower. */
const MOST = 8192;

/** One for each CPU, or part of one. */
export const workers = ({ resources }: Pick<Nginx, 'resources'>): number => Math.ceil(resources.limits.cpu / 1000);

/** Connections of each process to clients and to Gunicorn, of which a proxied request takes one each. */
export function connections(nginx: Nginx): number {
  const room = nginx.resources.limits.memory - NGINX_MEMORY - cacheMemory(nginx);
  return Math.min(MOST, Math.floor(room / CONNECTION / workers(nginx)));
}

/** The least memory with which Nginx starts here, if that is more than there is. Bytes. */
export function missingMemory(nginx: Nginx): number | undefined {
  const needed = NGINX_MEMORY + cacheMemory(nginx) + workers(nginx) * FEWEST * CONNECTION;
  return connections(nginx) < FEWEST ? needed : undefined;
}

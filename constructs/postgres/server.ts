/** What a container needs to run a Postgres server, whatever it is for. */
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import * as pod from '../pod';
import { layout } from './layout';
import { parameters, sharedMemory } from './sizing';

/** The port of every server. */
export const POSTGRES_PORT = 5432;

const SOCKETS = '/var/run/postgresql';
const SOCKET_BYTES = 16 * 1024 ** 2;

type ServerProps = Pick<Config['postgres'], 'version' | 'storage' | 'maxConnections' | 'slowStatements' | 'resources'>;

/** The command of such a container: for the entrypoint of the official image. */
export function serverCommand({ storage, maxConnections, slowStatements, resources }: ServerProps): string[] {
  const sized = parameters({ ...resources.limits, storage, maxConnections });
  // Milliseconds.
  const logged = slowStatements === undefined ? {} : { log_min_duration_statement: `${slowStatements * 1000}` };
  return ['postgres', ...Object.entries({ ...sized, ...logged }).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Its environment, besides users and passwords. */
export function serverEnvironment({ version }: ServerProps): Record<string, string> {
  const { pgdata, initdbArgs } = layout(version);
  return { PGDATA: pgdata, ...(initdbArgs === undefined ? {} : { POSTGRES_INITDB_ARGS: initdbArgs }) };
}

/** Folders that it writes to, besides that of the data. */
export function serverFolders({ resources: { limits } }: ServerProps): { volumes: k8s.Volume[]; volumeMounts: k8s.VolumeMount[] } {
  const sockets = pod.scratch('sockets', SOCKET_BYTES);
  const shm = pod.memory('shm', sharedMemory(limits.memory));
  const tmp = pod.scratch('tmp', limits['ephemeral-storage']);
  return {
    volumes: [sockets, shm, tmp],
    volumeMounts: [pod.mount(sockets, SOCKETS), pod.mount(shm, '/dev/shm'), pod.mount(tmp, pod.TMP)],
  };
}

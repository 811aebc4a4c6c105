/** What a container needs to run a Postgres server, whatever it is for. */
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import * as pod from '../pod';
import { layout } from './layout';
import * as sizing from './sizing';

/** Where Postgres listens, by the name that probes, Services and policies use. */
export const PORT = { name: 'postgresql', containerPort: 5432 } as const;

const SOCKETS = '/var/run/postgresql';
const SOCKET_BYTES = 16 * 1024 ** 2;

type ServerProps = Pick<Config['postgres'], 'version' | 'storage' | 'maxConnections' | 'slowStatements' | 'parameters' | 'resources'>;

/** Parameters by name; what the file says itself wins. */
function parameters({ storage, maxConnections, slowStatements, parameters: own, resources }: ServerProps): Record<string, string> {
  // Milliseconds.
  const logged: Record<string, string> = slowStatements === undefined ? {} : { log_min_duration_statement: `${slowStatements * 1000}` };
  return { ...sizing.parameters({ ...resources.limits, storage, maxConnections }), ...logged, ...own };
}

/** The command of such a container: for the entrypoint of the official image. */
export const serverCommand = (props: ServerProps): string[] => [
  'postgres',
  ...Object.entries(parameters(props)).flatMap(([name, value]) => ['-c', pod.literal(`${name}=${value}`)]),
];

/** Its environment, besides users and passwords. */
export function serverEnvironment({ version }: ServerProps): Record<string, string> {
  const { pgdata, initdbArgs } = layout(version);
  return { PGDATA: pgdata, ...(initdbArgs === undefined ? {} : { POSTGRES_INITDB_ARGS: initdbArgs }) };
}

/** Folders that it writes to, besides that of the data. */
export function serverFolders({ resources: { limits } }: ServerProps): { volumes: k8s.Volume[]; volumeMounts: k8s.VolumeMount[] } {
  const sockets = pod.scratch('sockets', SOCKET_BYTES);
  const shm = pod.memory('shm', sizing.sharedMemory(limits.memory));
  const tmp = pod.scratch('tmp', limits['ephemeral-storage']);
  return {
    volumes: [sockets, shm, tmp],
    volumeMounts: [pod.mount(sockets, SOCKETS), pod.mount(shm, '/dev/shm'), pod.mount(tmp, pod.TMP)],
  };
}

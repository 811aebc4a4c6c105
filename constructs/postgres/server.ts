/** What a container needs to run a Postgres server, whatever it is for. */
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import * as pod from '../pod';
import { layout } from './layout';
import * as sizing from './sizing';

/** Where Postgres listens, by the name that probes, Services and policies use. */
export const PORT = { name: 'postgresql', containerPort: 5432 } as const;

/** Where its socket is, which needs neither TLS nor a password. */
export const SOCKETS = '/var/run/postgresql';
const SOCKET_BYTES = 16 * 1024 ** 2;

type ServerProps = Pick<
  Config['postgres'],
  'version' | 'storage' | 'maxConnections' | 'slowStatements' | 'parameters' | 'locale' | 'resources'
>;

/** Parameters by name; what the file says itself wins. */
export function parameters({ storage, maxConnections, slowStatements, parameters: own, resources }: ServerProps): Record<string, string> {
  // Milliseconds.
  const logged: Record<string, string> = slowStatements === undefined ? {} : { log_min_duration_statement: `${slowStatements * 1000}` };
  return { ...sizing.parameters({ ...resources.limits, storage, maxConnections }), ...logged, ...own };
}

/** The command of such a container, with parameters that no file can change: for the entrypoint of the official image. */
export const serverCommand = (props: ServerProps, fixed: Readonly<Record<string, string>> = {}): string[] => [
  'postgres',
  ...Object.entries({ ...parameters(props), ...fixed }).flatMap(([name, value]) => ['-c', pod.literal(`${name}=${value}`)]),
];

/** Said to `initdb`, which otherwise takes the image's; with some, such as C, it would take another encoding too. */
function localeArgs(locale: ServerProps['locale']): string[] {
  if (!locale) return [];
  const { provider, name } = locale;
  const named = provider === 'libc' ? [`--locale=${name}`] : [`--locale-provider=${provider}`, `--${provider}-locale=${name}`];
  return ['--encoding=UTF8', ...named];
}

/** Its environment, besides users and passwords. */
export function serverEnvironment({ version, locale }: ServerProps): Record<string, string> {
  const { pgdata, initdb } = layout(version);
  const initdbArgs = [...initdb, ...localeArgs(locale)];
  return { PGDATA: pgdata, ...(initdbArgs.length === 0 ? {} : { POSTGRES_INITDB_ARGS: initdbArgs.join(' ') }) };
}

/** Folders that it writes to, besides that of the data. */
interface ServerFolders {
  readonly volumes: k8s.Volume[];
  readonly volumeMounts: k8s.VolumeMount[];
  /** Those that a container beside it needs, to connect to it. */
  readonly beside: k8s.VolumeMount[];
}

export function serverFolders({ resources: { limits } }: ServerProps): ServerFolders {
  const sockets = pod.scratch('sockets', SOCKET_BYTES);
  const shm = pod.memory('shm', sizing.sharedMemory(limits.memory));
  const tmp = pod.scratch('tmp', limits['ephemeral-storage']);
  const [socket, work] = [pod.mount(sockets, SOCKETS), pod.mount(tmp, pod.TMP)];
  return { volumes: [sockets, shm, tmp], volumeMounts: [socket, pod.mount(shm, '/dev/shm'), work], beside: [socket, work] };
}

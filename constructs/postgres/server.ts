/** The server's container: what it is started with, and how it is asked whether it runs. */
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import * as pod from '../pod';
import { POSTGRES_PASSWORD, type SecretContract } from '../secrets';
import { layout } from './layout';
import * as sizing from './sizing';

/** Where Postgres listens, by the name that probes, Services and policies use. */
export const PORT = { name: 'postgresql', containerPort: 5432 } as const;

/** Time for a recovery after a crash. Seconds. */
const RECOVERY = 1800;

/** What the server's container needs. */
export interface ServerProps {
  readonly settings: Config['postgres'];
  readonly imagePullPolicy: string;
  readonly secret: SecretContract;
}

/** Parameters by name; what the file says itself wins. */
function parameters({ storage, maxConnections, slowStatements, resources, parameters: own }: Config['postgres']): Record<string, string> {
  // Milliseconds.
  const logged: Record<string, string> = slowStatements === undefined ? {} : { log_min_duration_statement: `${slowStatements * 1000}` };
  return { ...sizing.parameters({ ...resources.limits, storage, maxConnections }), ...logged, ...own };
}

/** `postgres` itself, which stops fast and has the time for it. */
export function server({ settings, imagePullPolicy, secret }: ServerProps, volumeMounts: k8s.VolumeMount[]): k8s.Container {
  const { pgdata, initdbArgs } = layout(settings.version);
  const values = Object.entries(parameters(settings));
  // Over TCP, as the server that only prepares a new database listens on its socket.
  const ready = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', `${PORT.containerPort}`, '-U', settings.user, '-d', settings.database];
  return {
    name: 'postgres',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    args: ['postgres', ...values.flatMap(([name, value]) => ['-c', pod.literal(`${name}=${value}`)])],
    env: pod.environment({
      PGDATA: pgdata,
      POSTGRES_DB: settings.database,
      POSTGRES_USER: settings.user,
      POSTGRES_PASSWORD_FILE: `${secret.directory}/${POSTGRES_PASSWORD}`,
      ...(initdbArgs === undefined ? {} : { POSTGRES_INITDB_ARGS: initdbArgs }),
    }),
    ports: [PORT],
    resources: pod.resourceRequirements(settings.resources),
    startupProbe: { exec: { command: ready }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: RECOVERY / 5 },
    readinessProbe: { exec: { command: ready }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      tcpSocket: { port: k8s.IntOrString.fromString(PORT.name) },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    // A "smart" stop, which SIGTERM asks for, would wait for every open connection. Waiting here, the hook would die with the server.
    lifecycle: { preStop: { exec: { command: ['pg_ctl', 'stop', '--mode=fast', '--no-wait'] } } },
    volumeMounts,
  };
}

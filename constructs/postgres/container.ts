/** The server's container: what it is started with, and how it is asked whether it runs. */
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import * as pod from '../pod';
import { POSTGRES_PASSWORD, type SecretContract } from '../secrets';
import { PORT, serverCommand, serverEnvironment } from './server';
import { tlsParameters } from './tls';

/** Its name. */
export const SERVER = 'postgres';
/** Time for a recovery after a crash. Seconds. */
const RECOVERY = 1800;

/** Properties of the container. */
export interface ContainerProps {
  readonly settings: Config['postgres'];
  readonly imagePullPolicy: string;
  readonly secret: SecretContract;
  /** With it, connections from outside are encrypted.
   * @default - they are not */
  readonly certificate?: SecretContract;
}

/** `postgres` itself, which stops fast and has the time for it. */
export function container(
  { settings, imagePullPolicy, secret, certificate }: ContainerProps,
  volumeMounts: k8s.VolumeMount[],
): k8s.Container {
  // Over TCP, as the server that only prepares a new database listens on its socket.
  const ready = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', `${PORT.containerPort}`, '-U', settings.user, '-d', settings.database];
  return {
    name: SERVER,
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    args: serverCommand(settings, certificate && tlsParameters(certificate)),
    env: pod.environment({
      ...serverEnvironment(settings),
      POSTGRES_DB: settings.database,
      POSTGRES_USER: settings.user,
      POSTGRES_PASSWORD_FILE: `${secret.directory}/${POSTGRES_PASSWORD}`,
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

/**
 * Probes that ask the process and not the database, and that a pod survives whose threads are all busy: a restart of Postgres or a
 * minute of slow requests must neither kill pods nor take them from the front.
 */
import { k8s } from '../../imports';
import { PORT } from './port';

export interface ProbeProps {
  readonly hosts: readonly string[];
  /** Page that answers 200 without the database.
   * @default - the probes only open a connection */
  readonly healthPath?: string;
}

/** Time that a process gets to start, such as to load a model into a GPU. Seconds. */
const START = 600;
/** Time without one answer after which a pod gets no more requests. Seconds. */
const SILENCE = 120;
const PERIOD = 10;
const TIMEOUT = 5;

const port = k8s.IntOrString.fromString(PORT.name);

export function probes({ hosts, healthPath }: ProbeProps): Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const connection = { tcpSocket: { port } };
  // The kubelet asks by IP address, which Django refuses as a host, and by HTTP, which Django may redirect.
  const host = hosts[0]?.replace(/^\./, '') ?? '';
  const page =
    healthPath === undefined
      ? connection
      : {
          httpGet: {
            path: healthPath,
            port,
            httpHeaders: [
              { name: 'Host', value: host },
              { name: 'X-Forwarded-Proto', value: 'https' },
            ],
          },
        };
  return {
    startupProbe: { ...page, periodSeconds: TIMEOUT, timeoutSeconds: TIMEOUT, failureThreshold: START / TIMEOUT },
    readinessProbe: { ...page, periodSeconds: PERIOD, timeoutSeconds: TIMEOUT, failureThreshold: SILENCE / PERIOD },
    // Gunicorn itself replaces a worker that hangs; a pod is past help when nobody listens any more.
    livenessProbe: { ...connection, periodSeconds: PERIOD, timeoutSeconds: TIMEOUT, failureThreshold: 3 },
  };
}

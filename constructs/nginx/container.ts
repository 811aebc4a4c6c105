import { k8s } from '../../imports';
import * as pod from '../pod';
import { nginxDrain } from '../timing';
import type { CacheVolume } from './cache-volume';
import { DIRECTORIES, HEALTH_PATH, PORTS, type ConfSettings } from './conf/settings';
import type { Mount } from './mount';

/** Name of the file that nginx reads. */
export const NGINX_CONF = 'nginx.conf';

interface Props {
  readonly settings: ConfSettings['nginx'];
  readonly imagePullPolicy: string;
}

/** The container that serves. */
export function container({ settings, imagePullPolicy }: Props, mounts: readonly Mount[], env: CacheVolume['env']): k8s.Container {
  const port = k8s.IntOrString.fromString(PORTS.health.name);
  const health = { httpGet: { path: HEALTH_PATH, port } };
  return {
    name: 'nginx',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['nginx', '-c', `${DIRECTORIES.conf}/${NGINX_CONF}`],
    env: env && [...env],
    ports: Object.values(PORTS),
    resources: pod.resourceRequirements(settings.resources),
    startupProbe: { ...health, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { ...health, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: {
      tcpSocket: { port: k8s.IntOrString.fromString(PORTS.https.name) },
      periodSeconds: 10,
      timeoutSeconds: 3,
      failureThreshold: 6,
    },
    lifecycle: { preStop: { exec: { command: ['sleep', `${nginxDrain(settings)}`] } } },
    volumeMounts: mounts.map(({ volume, path, writable, subPathExpr }) => ({
      ...(writable ? pod.mount(volume, path) : pod.readOnly(volume, path)),
      subPathExpr,
    })),
  };
}

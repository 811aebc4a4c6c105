/** TLS of the server: what it is told of its certificate, and what makes it read a renewed one. */
import type { Config } from '../../config/resolve';
import type { k8s } from '../../imports';
import * as pod from '../pod';
import { runtimePath } from '../runtime-files';
import { TLS_CERTIFICATE, TLS_KEY, type SecretContract } from '../secrets';
import { SOCKETS } from './server';

const RENEWAL = 'renewal.sh';
const ACCESS = 'pg_hba.conf';
export const TLS_FILES = [RENEWAL, ACCESS] as const;

const ALIVE = '/tmp/renewal';
const MEBIBYTE = 1024 ** 2;
const RESOURCES = {
  requests: { cpu: 10, memory: 16 * MEBIBYTE, 'ephemeral-storage': 16 * MEBIBYTE },
  limits: { cpu: 200, memory: 64 * MEBIBYTE, 'ephemeral-storage': 64 * MEBIBYTE },
};

/** With these nobody connects from outside without TLS. */
export const tlsParameters = ({ directory }: SecretContract): Record<string, string> => ({
  ssl: 'on',
  ssl_cert_file: `${directory}/${TLS_CERTIFICATE}`,
  ssl_key_file: `${directory}/${TLS_KEY}`,
  hba_file: runtimePath(ACCESS),
});

/** The container beside the server that tells it of a renewed certificate. */
export function renewal(
  { settings, imagePullPolicy }: { readonly settings: Pick<Config['postgres'], 'image' | 'user'>; readonly imagePullPolicy: string },
  { directory }: SecretContract,
  volumeMounts: k8s.VolumeMount[],
): k8s.Container {
  const alive = { exec: { command: ['test', '-e', ALIVE] }, timeoutSeconds: 5 };
  return {
    name: 'renewal',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['bash', runtimePath(RENEWAL), directory],
    env: pod.environment({ PGHOST: SOCKETS, PGUSER: settings.user, PGDATABASE: 'postgres' }),
    resources: pod.resourceRequirements(RESOURCES),
    startupProbe: { ...alive, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...alive, periodSeconds: 60, failureThreshold: 3 },
    // It is touched every few seconds.
    livenessProbe: {
      exec: { command: ['bash', '-c', `[[ $(find ${ALIVE} -mmin -1) ]]`] },
      periodSeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    volumeMounts,
  };
}

/** A pod that is a Postgres with TLS, for servers that the stack does not make. */
import type { Pair } from '../../../cli/certificates';

const IMAGE = 'docker.io/library/postgres:18';
/** Of every pod. */
const USER = 10001;

export interface Server {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: { readonly name: string; readonly clusterIP?: 'None' };
  readonly certificate: Pair;
  /** Whom the socket lets in without a password. */
  readonly superuser: string;
  /** What it begins with, as psql reads it. */
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export function objectsOf({ name, namespace, labels, service, certificate, superuser, sql, parameters = {} }: Server): object[] {
  const metadata = { name, namespace, labels };
  const files = {
    'tls.crt': certificate.certificate,
    'tls.key': certificate.key,
    'make.sql': sql,
    'pg_hba.conf': 'local all all trust\nhostssl all all all scram-sha-256\n',
  };
  const own = { ssl: 'on', ssl_cert_file: '/files/tls.crt', ssl_key_file: '/files/tls.key', hba_file: '/files/pg_hba.conf' };
  const mount = (volume: string, mountPath: string, subPath?: string) => ({ name: volume, mountPath, subPath });
  const container = {
    name: 'postgres',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    args: Object.entries({ ...parameters, ...own }).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    env: [
      { name: 'POSTGRES_USER', value: superuser },
      { name: 'POSTGRES_HOST_AUTH_METHOD', value: 'trust' },
    ],
    readinessProbe: { exec: { command: ['pg_isready', '-h', '127.0.0.1', '-U', superuser] }, periodSeconds: 1 },
    volumeMounts: [
      mount('files', '/files'),
      mount('files', '/docker-entrypoint-initdb.d/make.sql', 'make.sql'),
      ...['lib', 'run'].map((folder) => mount('data', `/var/${folder}/postgresql`, folder)),
    ],
  };
  const spec = {
    securityContext: { runAsUser: USER, runAsGroup: USER, fsGroup: USER, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [
      { name: 'files', secret: { secretName: name, defaultMode: 0o440 } },
      { name: 'data', emptyDir: {} },
    ],
  };
  const found = { clusterIP: service.clusterIP, selector: labels, ports: [{ port: 5432 }] };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: files },
    { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, name: service.name }, spec: found },
    { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  ];
}

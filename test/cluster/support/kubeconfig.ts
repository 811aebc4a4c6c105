/** Configurations of kubectl with which somebody else than the suite comes to its cluster, or nobody to any. */
import { writeFileSync } from 'node:fs';
import { kubectl, type Namespaced } from './kubectl';

interface Kubeconfig {
  readonly clusters: [{ cluster: { readonly server?: string } }];
  readonly users: [{ user: object }];
}

const current = () => JSON.parse(kubectl(['config', 'view', '--raw', '--minify', '--flatten', '--output=json'])) as Kubeconfig;

/** Writes one, and returns its path. */
function kubeconfig(path: string, changes: { readonly cluster?: object; readonly user?: object }): string {
  const own = current();
  own.clusters[0].cluster = changes.cluster ?? own.clusters[0].cluster;
  own.users[0].user = changes.user ?? own.users[0].user;
  writeFileSync(path, JSON.stringify(own), { mode: 0o600 });
  return path;
}

/** Of a port on which nobody listens. */
export const unreachable = (path: string) => kubeconfig(path, { cluster: { server: 'https://127.0.0.1:1' } });

/** Of a sign-in that the cluster does not know. */
export const unknown = (path: string) => kubeconfig(path, { user: { token: 'of-nobody' } });

/** Of a new ServiceAccount, with that role in its namespace, or with no rights at all. */
export function account(path: string, namespace: Namespaced, name: string, role?: string): string {
  namespace.kubectl('create', 'serviceaccount', name);
  if (role !== undefined) {
    namespace.kubectl('create', 'rolebinding', name, `--clusterrole=${role}`, `--serviceaccount=${namespace.namespace}:${name}`);
  }
  return kubeconfig(path, { user: { token: namespace.kubectl('create', 'token', name).trim() } });
}

/** Where its API server listens. */
export const apiServer = () => new URL(current().clusters[0].cluster.server ?? '');

/** Of a port of this machine that leads to its API server. */
export function leading(path: string, port: number): string {
  const { cluster } = current().clusters[0];
  return kubeconfig(path, { cluster: { ...cluster, server: `https://127.0.0.1:${port}`, 'tls-server-name': apiServer().hostname } });
}

/** Does something with another configuration than the suite's. */
export async function withKubeconfig<T>(path: string, act: () => Promise<T>): Promise<T> {
  const own = process.env.KUBECONFIG;
  process.env.KUBECONFIG = path;
  try {
    return await act();
  } finally {
    if (own === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = own;
  }
}

import type { GunicornName } from '../../../config/gunicorn';
import type { Config } from '../../../config/resolve';

/** Pods of Gunicorn that are alike. */
export interface Upstream {
  readonly name: GunicornName;
  /** Their headless Service, and its port by number and name. */
  readonly address: string;
  readonly port: number;
  readonly portName: string;
  /** The most requests that this Nginx has at one pod at a time.
   * @default - no limit */
  readonly maxRequests?: number;
}

/** All that nginx.conf follows from. */
export interface ConfSettings {
  readonly nginx: Config['nginx'];
  readonly hosts: readonly string[];
  /** Pods that requests are led to: those of the site first, then those of each group. */
  readonly upstreams: readonly Upstream[];
  /** The cluster's DNS server. */
  readonly dns: string;
  /** URL of uploaded files.
   * @default - Nginx serves none */
  readonly media?: { readonly url: string };
}

/** Folders of the pod. */
export const DIRECTORIES = {
  conf: '/etc/nginx/site',
  static: '/srv/static',
  media: '/srv/media',
  pages: '/srv/pages',
  cache: '/var/cache/nginx',
} as const;

/** Ports inside the pod, by the names that probes, Services and policies use; an unprivileged process may listen on them. */
export const PORTS = {
  http: { name: 'http', containerPort: 8080 },
  https: { name: 'https', containerPort: 8443 },
  health: { name: 'health', containerPort: 8081 },
} as const;

/** Answers 200 on the port for health. */
export const HEALTH_PATH = '/healthz';

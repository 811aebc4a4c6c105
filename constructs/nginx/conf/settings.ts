/** All that nginx.conf follows from. */
export interface ConfSettings {
  readonly hosts: readonly string[];
  /** Whole worker processes. */
  readonly workers: number;
  readonly upstream: { readonly address: string; readonly port: number };
  /** The cluster's DNS server. */
  readonly dns: string;
  readonly tlsDirectory: string;
  /** Port of HTTPS as clients name it. */
  readonly httpsPort: number;
  /** Bytes. */
  readonly uploadLimit: number;
  /** Seconds. */
  readonly timeouts: { readonly connect: number; readonly response: number; readonly header: number; readonly body: number };
  /** @default - Nginx serves no static files */
  readonly static?: FilesSettings & { readonly maxAge: number };
  /** @default - Nginx serves no uploaded files */
  readonly media?: FilesSettings;
}

export interface FilesSettings {
  /** Begins and ends with a slash. */
  readonly url: string;
  readonly directory: string;
}

/** Ports inside the pod, by the names that probes, Services and policies use; an unprivileged process may listen on them. */
export const PORTS = {
  http: { name: 'http', containerPort: 8080 },
  https: { name: 'https', containerPort: 8443 },
  health: { name: 'health', containerPort: 8081 },
} as const;

/** Answers 200 on the port for health. */
export const HEALTH_PATH = '/healthz';

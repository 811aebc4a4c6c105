/** What follows from other settings, once they are all read. */
import { dnsNames } from './names';
import type { Settings } from './schema';
import { location } from './sections/nginx/location';

/** Time that a Deployment gets after the longest migration: pulling its own image, starting, and stopping old pods. Seconds. */
const AFTER_MIGRATION = 900;

/** Connections that are never Gunicorn's: migration and its lock, two backups, and those that Postgres keeps for its superuser. */
const OTHER_CONNECTIONS = 2 + 2 + 3;

/** Threads of a worker, or the pool of one that has none. psycopg's pools have the same size. */
const CONNECTIONS = 4;

/** Against leaks. A start takes about a second of CPU: after 2000 small pages it would be a third of all work. */
const MAX_REQUESTS = 20_000;

/** Websockets are silent for longer than pages take. Seconds. */
const WEBSOCKET_TIMEOUT = 3600;

/** A single number is both bounds, and nothing chooses between them. */
const resolveReplicas = (replicas: Settings['nginx']['replicas']) =>
  typeof replicas === 'number' ? { min: replicas, max: replicas, cpu: undefined } : replicas;

function resolveGunicorn({ gunicorn, django, migrate }: Settings) {
  const { gpu } = gunicorn;
  const withGpu = gpu.count > 0;
  const asgi = django.interface === 'asgi';
  const threads = gunicorn.threads ?? (asgi ? 1 : CONNECTIONS);
  // A volume that one node mounts cannot go to a second pod before the first has let go of it.
  const movesLater = (withGpu && !gpu.spare) || django.media?.accessMode === 'ReadWriteOnce';
  return {
    ...gunicorn,
    replicas: resolveReplicas(gunicorn.replicas),
    /** Pods above the number asked for that a release may start before it stops old ones. */
    surge: movesLater ? 0 : 1,
    workers: gunicorn.workers ?? (withGpu ? gpu.count : Math.max(2, Math.ceil(gunicorn.resources.limits.cpu / 1000))),
    threads,
    /** The most connections to the database that one worker holds. */
    connections: asgi ? (gunicorn.pool ?? CONNECTIONS) : threads,
    maxRequests: gunicorn.maxRequests ?? (withGpu || asgi ? 0 : MAX_REQUESTS),
    progressDeadline: migrate.deadline + AFTER_MIGRATION,
  };
}

/** Passwords are in the Secret of the release where none is named. */
function resolveAccess(release: string, access: Settings['nginx']['access']) {
  if (!access?.basicAuth) return access && { ...access, basicAuth: undefined };
  const { realm, secretName = `${release}-htpasswd` } = access.basicAuth;
  return { ...access, basicAuth: { realm, secretName } };
}

/** What holds for the whole site holds at each location that does not say otherwise; `/` is always one of them. */
function resolveLocations({ release, nginx }: Settings, response: number, access: ReturnType<typeof resolveAccess>) {
  const rest = { ...location.parse({ path: '/' }) };
  const all = nginx.locations.some(({ path, match }) => path === '/' && match === 'prefix') ? nginx.locations : [...nginx.locations, rest];
  const own = <T>(value: T | false | undefined, site: T | undefined) => (value === false ? undefined : (value ?? site));
  return all.map((one) => ({
    ...one,
    cache: own(one.cache, nginx.cache),
    limits: own(one.limits, nginx.limits),
    access: one.access === false ? undefined : (resolveAccess(release, one.access) ?? access),
    uploadLimit: one.uploadLimit ?? nginx.uploadLimit,
    timeout: one.timeout ?? (one.websocket ? WEBSOCKET_TIMEOUT : response),
  }));
}

/** Kubernetes' own default is Cluster for both; a load balancer finds the nodes that have a pod, a client of a node port does not. */
const TRAFFIC_POLICY = { ClusterIP: undefined, NodePort: 'Cluster', LoadBalancer: 'Local' } as const;

function resolveTls({ release, django, nginx: { tls, redirects } }: Settings) {
  const others = tls.certificates.flatMap(({ hosts }) => hosts);
  return {
    ...tls,
    secretName: tls.secretName ?? `${release}-tls`,
    /** Somebody else makes the Secret. */
    existing: (tls.secretName ?? tls.issuer) !== undefined,
    /** Hosts that the first certificate is for: all but those that have another. */
    hosts: [...django.hosts, ...redirects.flatMap(({ from }) => from)].filter((host) => !others.includes(host)),
  };
}

function resolveNginx(settings: Settings) {
  const { release, django, nginx, gunicorn } = settings;
  const response = nginx.timeouts.response ?? gunicorn.timeout + 5;
  const access = resolveAccess(release, nginx.access);
  return {
    ...nginx,
    access,
    replicas: resolveReplicas(nginx.replicas),
    /** Every name of the site, old ones too. */
    names: dnsNames([...django.hosts, ...nginx.redirects.flatMap(({ from }) => from)]),
    tls: resolveTls(settings),
    service: { ...nginx.service, externalTrafficPolicy: nginx.service.externalTrafficPolicy ?? TRAFFIC_POLICY[nginx.service.type] },
    timeouts: { ...nginx.timeouts, response },
    locations: resolveLocations(settings, response, access),
  };
}

/** The whole configuration of one environment, with nothing left to default. */
export function resolve(environment: string, settings: Settings) {
  const { release, postgres, drill, cluster } = settings;
  const identifier = release.replaceAll('-', '_');
  return {
    ...settings,
    namespace: settings.namespace ?? `${release}-${environment}`,
    django: { ...settings.django, settings: settings.django.settings ?? `${settings.django.project}.settings` },
    gunicorn: resolveGunicorn(settings),
    nginx: resolveNginx(settings),
    postgres: {
      ...postgres,
      image: postgres.image ?? `docker.io/library/postgres:${postgres.version}`,
      database: postgres.database ?? identifier,
      user: postgres.user ?? identifier,
    },
    drill: { ...drill, storage: drill.storage ?? postgres.storage, storageClass: drill.storageClass ?? postgres.storageClass },
    cluster: { ...cluster, dns: cluster.dns ?? `kube-dns.kube-system.svc.${cluster.domain}` },
  };
}

export type Config = ReturnType<typeof resolve>;

/** The most connections to the database that the stack opens at one time. */
export function connectionsNeeded({ gunicorn }: Config): number {
  return (gunicorn.replicas.max + gunicorn.surge) * gunicorn.workers * gunicorn.connections + OTHER_CONNECTIONS;
}

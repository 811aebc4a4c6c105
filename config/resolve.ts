/** What follows from other settings, once they are all read. */
import type { Settings } from './schema';
import { location } from './sections/nginx/location';

/** Time that a Deployment gets after the longest migration: pulling its own image, starting, and stopping old pods. Seconds. */
const AFTER_MIGRATION = 900;

/** Connections that are never Gunicorn's: migration and its lock, two backups, and those that Postgres keeps for its superuser. */
const OTHER_CONNECTIONS = 2 + 2 + 3;

function resolveGunicorn({ gunicorn, django, migrate }: Settings) {
  const { replicas, gpu } = gunicorn;
  const withGpu = gpu.count > 0;
  // A volume that one node mounts cannot go to a second pod before the first has let go of it.
  const movesLater = (withGpu && !gpu.spare) || django.media?.accessMode === 'ReadWriteOnce';
  return {
    ...gunicorn,
    replicas: typeof replicas === 'number' ? { min: replicas, max: replicas, cpu: undefined } : replicas,
    /** Pods above the number asked for that a release may start before it stops old ones. */
    surge: movesLater ? 0 : 1,
    workers: gunicorn.workers ?? (withGpu ? gpu.count : Math.max(2, Math.ceil(gunicorn.resources.limits.cpu / 1000))),
    maxRequests: gunicorn.maxRequests ?? (withGpu ? 0 : 2000),
    progressDeadline: migrate.deadline + AFTER_MIGRATION,
  };
}

/** What holds for the whole site holds at each location that does not say otherwise; `/` is always one of them. */
function resolveLocations({ nginx }: Settings, response: number) {
  const rest = { ...location.parse({ path: '/' }) };
  const all = nginx.locations.some(({ path, match }) => path === '/' && match === 'prefix') ? nginx.locations : [...nginx.locations, rest];
  const own = <T>(value: T | false | undefined, site: T | undefined) => (value === false ? undefined : (value ?? site));
  return all.map((one) => ({
    ...one,
    cache: own(one.cache, nginx.cache),
    limits: own(one.limits, nginx.limits),
    access: own(one.access, nginx.access),
    uploadLimit: one.uploadLimit ?? nginx.uploadLimit,
    timeout: one.timeout ?? response,
  }));
}

function resolveNginx(settings: Settings) {
  const { release, nginx, gunicorn } = settings;
  const response = nginx.timeouts.response ?? gunicorn.timeout + 5;
  return {
    ...nginx,
    tls: { ...nginx.tls, secretName: nginx.tls.secretName ?? `${release}-tls`, existing: nginx.tls.secretName !== undefined },
    timeouts: { ...nginx.timeouts, response },
    locations: resolveLocations(settings, response),
  };
}

/** The whole configuration of one environment, with nothing left to default. */
export function resolve(environment: string, settings: Settings) {
  const { release, postgres, cluster } = settings;
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
    cluster: { ...cluster, dns: cluster.dns ?? `kube-dns.kube-system.svc.${cluster.domain}` },
  };
}

export type Config = ReturnType<typeof resolve>;

/** The most connections to the database that the stack opens at one time. */
export function connectionsNeeded({ gunicorn }: Config): number {
  return (gunicorn.replicas.max + gunicorn.surge) * gunicorn.workers * gunicorn.threads + OTHER_CONNECTIONS;
}

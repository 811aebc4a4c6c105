/** What follows from other settings, once they are all read. */
import { everyGunicorn, resolveGunicorn } from './gunicorn';
import { resolveAccess, resolveLocations, responseTime } from './locations';
import { dnsNames } from './names';
import type { Settings } from './schema';
import { automation } from './sections/argocd';
import { cloudNativePg } from './sections/cloudnative-pg';
import { replicaBounds } from './sections/replicas';

/** Connections that are never Gunicorn's: migration, its lock and who looks on, the first two of a backup, and those that Postgres keeps for its superuser. */
const OTHER_CONNECTIONS = 3 + 2 + 3;
/** Of the exporter: one for its collectors, and one for its settings. */
const EXPORTER_CONNECTIONS = 2;

/** For dumps. Bytes. */
const BACKUP_STORAGE = 10 * 1024 ** 3;

/** The cluster that Argo CD runs in, by the name that it has there. */
const ITS_OWN_CLUSTER = 'https://kubernetes.default.svc';

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
  const access = resolveAccess(release, nginx.access);
  return {
    ...nginx,
    access,
    replicas: replicaBounds(nginx.replicas),
    /** Every name of the site, old ones too. */
    names: dnsNames([...django.hosts, ...nginx.redirects.flatMap(({ from }) => from)]),
    tls: resolveTls(settings),
    service: { ...nginx.service, externalTrafficPolicy: nginx.service.externalTrafficPolicy ?? TRAFFIC_POLICY[nginx.service.type] },
    timeouts: { ...nginx.timeouts, response: Math.max(...[gunicorn, ...gunicorn.groups].map((pods) => responseTime(settings, pods))) },
    locations: resolveLocations(settings, access),
  };
}

/** A kind has its settings even where the file says none. */
function resolveCloudNativePg({ release, postgres: { kind, version, cloudNativePg: given } }: Settings, namespace: string) {
  if (kind !== 'cloudnative-pg') return undefined;
  const { cluster, image, archive, ...settings } = given ?? cloudNativePg.parse({});
  return {
    ...settings,
    cluster: cluster ?? `${release}-postgres`,
    image: image ?? `ghcr.io/cloudnative-pg/postgresql:${version}-standard-trixie`,
    archive: archive && { ...archive, prefix: archive.prefix ?? namespace },
  };
}

function resolvePostgres(settings: Settings, namespace: string) {
  const { release, postgres, cluster } = settings;
  const identifier = release.replaceAll('-', '_');
  /** Names that clients may know a server by. */
  const hosts = (component: string) => {
    const host = `${release}-${component}`;
    const inNamespace = `${host}.${namespace}`;
    return [host, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.${cluster.domain}`];
  };
  const { external, storage = 0 } = postgres;
  return {
    ...postgres,
    /** None where somebody else runs the server. */
    storage,
    cloudNativePg: resolveCloudNativePg(settings, namespace),
    external: external && { ...external, addresses: external.addresses ?? [`${external.host}/32`] },
    /** The file names it, so that it may have more than the official one. */
    ownImage: postgres.image !== undefined,
    image: postgres.image ?? `docker.io/library/postgres:${postgres.version}`,
    database: postgres.database ?? identifier,
    user: postgres.user ?? identifier,
    tls: { ...postgres.tls, hosts: hosts('postgres') },
    pooler: postgres.pooler && { ...postgres.pooler, hosts: hosts('pooler') },
  };
}

function resolveOffsite(offsite: Settings['offsite'], namespace: string) {
  if (!offsite) return undefined;
  const { protocol, port } = new URL(offsite.endpoint);
  return {
    ...offsite,
    prefix: offsite.prefix ?? namespace,
    addresses: offsite.addresses ?? ('internet' as const),
    /** Of the endpoint. */
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
  };
}

function resolveArgocd(argocd: Settings['argocd'], environment: string) {
  if (!argocd) return undefined;
  const { automated, destination, path = `dist/${environment}` } = argocd;
  return {
    ...argocd,
    path,
    destination: destination.name === undefined ? { server: destination.server ?? ITS_OWN_CLUSTER } : { name: destination.name },
    automated: typeof automated === 'boolean' ? automated && automation.parse({}) : automated,
  };
}

/** The whole configuration of one environment, with nothing left to default. */
export function resolve(environment: string, settings: Settings) {
  const { release, django, migrate, backup, drill, offsite, cluster, argocd } = settings;
  const namespace = settings.namespace ?? `${release}-${environment}`;
  const postgres = resolvePostgres(settings, namespace);
  return {
    ...settings,
    namespace,
    django: { ...django, settings: django.settings ?? `${django.project}.settings` },
    gunicorn: resolveGunicorn(settings),
    nginx: resolveNginx(settings),
    postgres,
    migrate: { ...migrate, statementTimeout: migrate.statementTimeout ?? migrate.deadline },
    backup: { ...backup, storage: backup.storage ?? BACKUP_STORAGE + (django.media?.storage ?? 0) },
    drill: { ...drill, storage: drill.storage ?? postgres.storage, storageClass: drill.storageClass ?? postgres.storageClass },
    offsite: resolveOffsite(offsite, namespace),
    argocd: resolveArgocd(argocd, environment),
    cluster: { ...cluster, dns: cluster.dns ?? `kube-dns.kube-system.svc.${cluster.domain}` },
  };
}

export type Config = ReturnType<typeof resolve>;

/** The same with another image of the application, but for groups that have one of their own. */
export function withImage(config: Config, image: string): Config {
  const { gunicorn } = config;
  const of = <T extends { readonly image: string }>(pods: T): T => (pods.image === config.image ? { ...pods, image } : pods);
  return { ...config, image, gunicorn: { ...of(gunicorn), groups: gunicorn.groups.map(of) } };
}
export type CloudNativePg = NonNullable<Config['postgres']['cloudNativePg']>;

/** The most connections that all pods of Gunicorn open at one time. */
export const applicationConnections = (config: Config): number =>
  everyGunicorn(config).reduce(
    (sum, { settings: { replicas, surge, workers, connections } }) => sum + (replicas.max + surge) * workers * connections,
    0,
  );

/** Those of them that reach the database. In a release old pods of the pooler stop later than new ones start. */
export function siteConnections(config: Config): number {
  const { pooler } = config.postgres;
  return pooler ? 2 * pooler.replicas * pooler.poolSize : applicationConnections(config);
}

/** The most connections to the database that the stack opens at one time. */
export function connectionsNeeded(config: Config): number {
  const { jobs } = config.backup;
  return siteConnections(config) + OTHER_CONNECTIONS + (jobs > 1 ? jobs : 0) + (config.postgres.metrics ? EXPORTER_CONNECTIONS : 0);
}

/** The pods of Gunicorn, those of the site and those of each group, and what follows for them from other settings. */
import type { SettingPath } from './problems';
import type { Config } from './resolve';
import type { Settings } from './schema';
import { mountedByOneNode } from './sections/django';
import { replicaBounds } from './sections/replicas';

/** Time that a Deployment gets after the longest migration: pulling its own image, starting, and stopping old pods. Seconds. */
const AFTER_MIGRATION = 900;

/** Threads of a worker, or the pool of one that has none. psycopg's pools have the same size. */
const CONNECTIONS = 4;

/** Against leaks. A start takes about a second of CPU: after 2000 small pages it would be a third of all work. */
const MAX_REQUESTS = 20_000;

/** What objects, labels and Nginx's upstreams call such pods. */
export type GunicornName = 'gunicorn' | `gunicorn-${string}`;

const groupName = (group: string): GunicornName => `gunicorn-${group}`;

type Given = Omit<Settings['gunicorn'], 'groups'>;

function resolvePods(given: Given, image: string, { django, migrate }: Settings) {
  const { gpu } = given;
  const withGpu = gpu.count > 0;
  const asgi = django.interface === 'asgi';
  const threads = given.threads ?? (asgi ? 1 : CONNECTIONS);
  // A volume that one node mounts cannot go to a second pod before the first has let go of it.
  const movesLater = (withGpu && !gpu.spare) || mountedByOneNode(django);
  return {
    ...given,
    image,
    replicas: replicaBounds(given.replicas),
    /** Pods above the number asked for that a release may start before it stops old ones. */
    surge: movesLater ? 0 : 1,
    workers: given.workers ?? (withGpu ? gpu.count : Math.max(2, Math.ceil(given.resources.limits.cpu / 1000))),
    threads,
    /** The most connections to the database that one worker holds, and requests that it works on. */
    connections: asgi ? (given.pool ?? CONNECTIONS) : threads,
    maxRequests: given.maxRequests ?? (withGpu || asgi ? 0 : MAX_REQUESTS),
    progressDeadline: migrate.deadline + AFTER_MIGRATION,
  };
}

/** All that holds for pods of Gunicorn. */
export type GunicornPods = ReturnType<typeof resolvePods>;

export function resolveGunicorn(settings: Settings) {
  const { groups, ...site } = settings.gunicorn;
  return {
    ...resolvePods(site, settings.image, settings),
    groups: groups.map(({ name, paths, image = settings.image, ...given }) => ({ name, paths, ...resolvePods(given, image, settings) })),
  };
}

/** Pods of Gunicorn, and where the file says what holds for them. */
export interface PlacedPods {
  readonly path: SettingPath;
  readonly name: GunicornName;
  /** What messages call them. */
  readonly title: string;
  readonly settings: GunicornPods;
}

/** Those of the site first, then those of each group. */
export const everyGunicorn = ({ gunicorn: { groups, ...site } }: Pick<Config, 'gunicorn'>): readonly [PlacedPods, ...PlacedPods[]] => [
  { path: ['gunicorn'], name: 'gunicorn', title: 'Gunicorn', settings: site },
  ...groups.map((settings, index) => ({
    path: ['gunicorn', 'groups', index],
    name: groupName(settings.name),
    title: `its group ${settings.name}`,
    settings,
  })),
];

/** The group that answers a path: of several, the one that names the longest part of it. */
export function groupOf(path: string, groups: Settings['gunicorn']['groups']) {
  const named = groups.flatMap((group) => group.paths.map((part) => ({ part, group })));
  const [found] = named.filter(({ part }) => path.startsWith(part)).sort((a, b) => b.part.length - a.part.length);
  return found && { name: groupName(found.group.name), timeout: found.group.timeout };
}

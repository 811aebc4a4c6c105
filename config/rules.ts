/** What must hold between settings. Each rule names the setting to change. */
import { imageParts } from './names';
import { formatBytes } from './quantity';
import type { Problem } from './problems';
import { connectionsNeeded, type Config } from './resolve';
import { accessRules } from './rules/nginx-access';
import { balanceRules, balanceWarnings } from './rules/nginx-balance';
import { cacheRules } from './rules/nginx-cache';
import { exposureRules, exposureWarnings } from './rules/nginx-exposure';
import { fileRules } from './rules/nginx-files';
import { limitRules, limitWarnings } from './rules/nginx-limits';
import { proxyingRules } from './rules/nginx-proxying';
import { tlsRules } from './rules/nginx-tls';
import { workerRules } from './rules/nginx-workers';

/** Times that the Job can wait: twice for the server, twice for its database, once for the lock of another migration. */
const WAITS = 5;
const SMALLEST_POSTGRES = 256 * 1024 ** 2;

export type Rule = (config: Config) => Problem | undefined | false;

const rules: readonly Rule[] = [
  (config) => {
    const { replicas, surge, workers, connections } = config.gunicorn;
    const of = config.django.interface === 'asgi' ? 'connections in the pool' : 'threads';
    const needed = connectionsNeeded(config);
    return (
      config.postgres.maxConnections < needed && {
        path: ['postgres', 'maxConnections'],
        message:
          `must be at least ${needed}, got ${config.postgres.maxConnections}: (${replicas.max} replicas + ${surge} in a release) × ` +
          `${workers} workers × ${connections} ${of} of Gunicorn, and ${needed - (replicas.max + surge) * workers * connections} for jobs and operators`,
      }
    );
  },
  ({ postgres }) =>
    postgres.resources.limits.memory < SMALLEST_POSTGRES && {
      path: ['postgres', 'resources', 'limits', 'memory'],
      message: `must be at least 256Mi for Postgres to start, got ${formatBytes(postgres.resources.limits.memory)}`,
    },
  ({ django, gunicorn, nginx }) =>
    django.media?.accessMode === 'ReadWriteOnce' &&
    (gunicorn.replicas.max > 1 || nginx.replicas.max > 1) && {
      path: ['django', 'media', 'accessMode'],
      message: `must be ReadWriteMany with ${gunicorn.replicas.max} replicas of Gunicorn and ${nginx.replicas.max} of Nginx: ReadWriteOnce allows one of each`,
    },
  ({ django, nginx }) =>
    django.media !== undefined &&
    nginx.static !== undefined &&
    (django.media.url.startsWith(nginx.static.url) || nginx.static.url.startsWith(django.media.url)) && {
      path: ['django', 'media', 'url'],
      message: `must not lie below nginx.static.url or the reverse, got ${django.media.url} and ${nginx.static.url}`,
    },
  ({ django }) => {
    const index = django.secrets.findIndex((name) => name in django.env);
    return (
      index >= 0 && {
        path: ['django', 'secrets', index],
        message: `is also set under django.env (${django.secrets[index]}): keep one of them`,
      }
    );
  },
  ({ nginx, gunicorn }) =>
    nginx.timeouts.response < gunicorn.timeout && {
      path: ['nginx', 'timeouts', 'response'],
      message: `must not be below gunicorn.timeout (${gunicorn.timeout}s), got ${nginx.timeouts.response}s`,
    },
  ({ migrate }) =>
    migrate.deadline <= WAITS * migrate.wait && {
      path: ['migrate', 'deadline'],
      message:
        `must be above ${WAITS} times migrate.wait (${migrate.wait}s), got ${migrate.deadline}s: ` +
        'each of its containers waits for the database, or for another migration or backup',
    },
  ({ postgres }) => {
    const major = /^\d+/.exec(imageParts(postgres.image)?.tag ?? '')?.[0];
    return (
      major !== undefined &&
      Number(major) !== postgres.version && {
        path: ['postgres', 'image'],
        message: `must be of the major that postgres.version names, ${postgres.version}, got ${postgres.image}`,
      }
    );
  },
  ({ postgres }) =>
    (imageParts(postgres.image)?.tag ?? '').includes('alpine') && {
      path: ['postgres', 'image'],
      message: `must not be built on Alpine, whose tools backups cannot use, got ${postgres.image}`,
    },
  ({ postgres }) =>
    postgres.user.startsWith('pg_') && {
      path: ['postgres', 'user'],
      message: `must not begin with pg_, which Postgres keeps for itself, got ${postgres.user}: set another`,
    },
  ({ postgres }) =>
    /^template[01]$/.test(postgres.database) && {
      path: ['postgres', 'database'],
      message: `must not be a template of Postgres, got ${postgres.database}: set another`,
    },
  ({ django, gunicorn }) =>
    django.interface === 'asgi' &&
    gunicorn.threads > 1 && {
      path: ['gunicorn', 'threads'],
      message: `must be left out with django.interface: asgi, whose workers have no threads, got ${gunicorn.threads}: set gunicorn.pool or workers`,
    },
  ({ django, gunicorn }) =>
    django.interface === 'wsgi' &&
    gunicorn.pool !== undefined && {
      path: ['gunicorn', 'pool'],
      message: `needs django.interface: asgi, got ${gunicorn.pool}: with wsgi each of gunicorn.threads has a connection`,
    },
  ({ nginx }) =>
    2 * nginx.uploadLimit > nginx.resources.limits['ephemeral-storage'] && {
      path: ['nginx', 'uploadLimit'],
      message:
        `must be at most half of nginx.resources.limits.ephemeral-storage (${formatBytes(nginx.resources.limits['ephemeral-storage'])}), ` +
        `where uploads wait until they are complete, got ${formatBytes(nginx.uploadLimit)}`,
    },
];

/** Every rule that a configuration breaks. */
export function brokenRules(config: Config): Problem[] {
  return [
    ...rules,
    ...balanceRules,
    ...exposureRules,
    ...fileRules,
    ...proxyingRules,
    ...cacheRules,
    ...limitRules,
    ...accessRules,
    ...tlsRules,
    ...workerRules,
  ]
    .map((rule) => rule(config))
    .filter((problem) => typeof problem === 'object');
}

/** What works, but may surprise. */
export function warnings(config: Config): Problem[] {
  return [...gunicornWarnings(config), ...balanceWarnings(config), ...exposureWarnings(config), ...limitWarnings(config)];
}

function gunicornWarnings({ gunicorn }: Config): Problem[] {
  if (gunicorn.replicas.min > 1 || gunicorn.surge > 0) return [];
  return [
    {
      path: ['gunicorn', 'replicas'],
      message: `is 1, and a release cannot start a second pod beside it (${
        gunicorn.gpu.count > 0 ? 'gunicorn.gpu.spare is false' : 'django.media is ReadWriteOnce'
      }): the site is down while a release migrates and starts`,
    },
  ];
}

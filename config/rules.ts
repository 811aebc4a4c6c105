/** What must hold between settings. Each rule names the setting to change. */
import { imageParts } from './names';
import { formatBytes } from './quantity';
import type { Problem } from './problems';
import { connectionsNeeded, type Config } from './resolve';

/** Times that the Job can wait: twice for the server, twice for its database, once for the lock of another migration. */
const WAITS = 5;
const SMALLEST_POSTGRES = 256 * 1024 ** 2;

type Rule = (config: Config) => Problem | undefined | false;

const rules: readonly Rule[] = [
  (config) => {
    const { replicas, surge, workers, threads } = config.gunicorn;
    const needed = connectionsNeeded(config);
    return (
      config.postgres.maxConnections < needed && {
        path: ['postgres', 'maxConnections'],
        message:
          `must be at least ${needed}, got ${config.postgres.maxConnections}: (${replicas.max} replicas + ${surge} in a release) × ` +
          `${workers} workers × ${threads} threads of Gunicorn, and ${needed - (replicas.max + surge) * workers * threads} for jobs and operators`,
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
    (gunicorn.replicas.max > 1 || nginx.replicas > 1) && {
      path: ['django', 'media', 'accessMode'],
      message: `must be ReadWriteMany with ${gunicorn.replicas.max} replicas of Gunicorn and ${nginx.replicas} of Nginx: ReadWriteOnce allows one of each`,
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
  return rules.map((rule) => rule(config)).filter((problem) => typeof problem === 'object');
}

/** What works, but may surprise. */
export function warnings({ gunicorn }: Config): Problem[] {
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

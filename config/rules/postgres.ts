/** What must hold between Postgres, and those that connect to it. */
import { everyGunicorn } from '../gunicorn';
import { imageParts } from '../names';
import { localeProblem } from '../postgres/locales';
import { formatBytes } from '../quantity';
import { connectionsNeeded, siteConnections } from '../resolve';
import type { Rule } from '../rules';

/** Source: PostgreSQL 16, pg_dump `--compress`. */
const FIRST_WITH_METHODS = 16;
const SMALLEST_POSTGRES = 256 * 1024 ** 2;

const enoughToStart =
  (section: 'postgres' | 'drill'): Rule =>
  ({ [section]: { resources } }) =>
    resources.limits.memory < SMALLEST_POSTGRES && {
      path: [section, 'resources', 'limits', 'memory'],
      message: `must be at least 256Mi for Postgres to start, got ${formatBytes(resources.limits.memory)}`,
    };

export const postgresRules: readonly Rule[] = [
  (config) => {
    const { pooler } = config.postgres;
    const of = config.django.interface === 'asgi' ? 'connections in the pool' : 'threads';
    const needed = connectionsNeeded(config);
    const sum = pooler
      ? `(${pooler.replicas} replicas + as many in a release) × ${pooler.poolSize} connections of the pooler`
      : everyGunicorn(config)
          .map(
            ({ title, settings: { replicas, surge, workers, connections } }) =>
              `(${replicas.max} replicas + ${surge} in a release) × ${workers} workers × ${connections} ${of} of ${title}`,
          )
          .join(' + ');
    return (
      config.postgres.maxConnections < needed && {
        path: ['postgres', 'maxConnections'],
        message: `must be at least ${needed}, got ${config.postgres.maxConnections}: ${sum}, and ${needed - siteConnections(config)} for jobs and operators`,
      }
    );
  },
  enoughToStart('postgres'),
  enoughToStart('drill'),
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
  ({ postgres: { locale, version, ownImage } }) => {
    const problem = locale && localeProblem(locale, version, ownImage);
    return problem && { path: ['postgres', 'locale', problem.setting], message: problem.message };
  },
  ({ postgres, backup: { compression } }) =>
    postgres.version < FIRST_WITH_METHODS &&
    ['lz4', 'zstd'].includes(compression) && {
      path: ['backup', 'compression'],
      message: `must be gzip or none with postgres.version ${postgres.version}, whose pg_dump knows no other, got ${compression}`,
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
];

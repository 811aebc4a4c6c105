/** What must hold between Gunicorn, its kind of workers, and the jobs and the front that go with it. */
import type { Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';

/** Times that the Job can wait: twice for the server, twice for its database, once for locks. */
const WAITS = 5;

export const gunicornRules: readonly Rule[] = [
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
  ({ migrate }) =>
    migrate.lockTimeout > migrate.wait && {
      path: ['migrate', 'lockTimeout'],
      message: `must not be above migrate.wait (${migrate.wait}s), got ${migrate.lockTimeout}s: no lock would be tried for twice`,
    },
  ({ migrate }) =>
    migrate.statementTimeout > migrate.deadline && {
      path: ['migrate', 'statementTimeout'],
      message: `must not be above migrate.deadline (${migrate.deadline}s), which ends it before, got ${migrate.statementTimeout}s`,
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
];

/** What works, but may surprise. */
export function gunicornWarnings({ gunicorn }: Config): Problem[] {
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

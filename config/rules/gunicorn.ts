/** What must hold between Gunicorn, its kind of workers, and the jobs and the front that go with it. */
import { everyGunicorn, type PlacedPods } from '../gunicorn';
import { settingName, type Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';

/** Times that the Job can wait: twice for the server, twice for its database, once for locks. */
const WAITS = 5;

/** The same for the pods of the site and for those of each group. */
const each =
  (broken: (pods: PlacedPods, config: Config) => Problem | false): Rule =>
  (config) =>
    everyGunicorn(config)
      .map((pods) => broken(pods, config))
      .filter((problem) => problem !== false);

export const gunicornRules: readonly Rule[] = [
  each(
    ({ path, settings: { timeout } }, { nginx }) =>
      nginx.timeouts.response < timeout && {
        path: ['nginx', 'timeouts', 'response'],
        message: `must not be below ${settingName([...path, 'timeout'])} (${timeout}s), got ${nginx.timeouts.response}s`,
      },
  ),
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
  each(
    ({ path, settings: { threads } }, { django }) =>
      django.interface === 'asgi' &&
      threads > 1 && {
        path: [...path, 'threads'],
        message: `must be left out with django.interface: asgi, whose workers have no threads, got ${threads}: set ${settingName(path)}.pool or workers`,
      },
  ),
  each(
    ({ path, settings: { pool } }, { django }) =>
      django.interface === 'wsgi' &&
      pool !== undefined && {
        path: [...path, 'pool'],
        message: `needs django.interface: asgi, got ${pool}: with wsgi each of ${settingName(path)}.threads has a connection`,
      },
  ),
];

/** What works, but may surprise. */
export function gunicornWarnings(config: Config): Problem[] {
  return everyGunicorn(config)
    .filter(({ settings: { replicas, surge } }) => replicas.min === 1 && surge === 0)
    .map(({ path, name, settings: { gpu } }) => ({
      path: [...path, 'replicas'],
      message: `is 1, and a release cannot start a second pod beside it (${
        gpu.count > 0 ? `${settingName(path)}.gpu.spare is false` : 'django.media is ReadWriteOnce'
      }): ${name === 'gunicorn' ? 'the site is' : 'its paths are'} down while a release migrates and starts`,
    }));
}

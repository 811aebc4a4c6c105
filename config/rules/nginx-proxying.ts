/** What must hold between settings of one location, and between them and those of Django. */
import type { SettingPath } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';

type Location = Config['nginx']['locations'][number];

/** The first location of which something is wrong, and what. */
const location =
  (wrong: (one: Location, config: Config) => { setting: keyof Location; message: string } | undefined | false): Rule =>
  (config) => {
    for (const [index, one] of config.nginx.locations.entries()) {
      const problem = wrong(one, config);
      const path: SettingPath = ['nginx', 'locations', index];
      if (problem) return { path: [...path, problem.setting], message: problem.message };
    }
    return undefined;
  };

/** A cache that a location has from the whole site is turned off there. */
const WITHOUT_CACHE = 'set cache: false here';

/** Paths that are served from files, by the settings that say so. */
export const ofFiles = ({ nginx, django }: Config): readonly (readonly [setting: string, url?: string])[] => [
  ['nginx.static.url', nginx.static?.url],
  ['django.media.url', django.media?.url],
];

export const proxyingRules: readonly Rule[] = [
  location(
    ({ path, match }, { nginx: { locations } }) =>
      locations.filter((other) => other.path === path && other.match === match).length > 1 && {
        setting: 'path',
        message: `must not stand here twice (${path}): put what holds there into one location`,
      },
  ),
  location(({ path, match }, config) => {
    const [setting] = ofFiles(config).find(([, url]) => match === 'prefix' && url === path) ?? [];
    return (
      setting !== undefined && {
        setting: 'path',
        message: `must not be that of ${setting} (${path}), where files are served without Django`,
      }
    );
  }),
  location(
    ({ websocket }, { django }) =>
      websocket &&
      django.interface !== 'asgi' && {
        setting: 'websocket',
        message: `needs django.interface: asgi, got ${django.interface}: a WSGI server cannot talk websockets`,
      },
  ),
  location(
    ({ websocket, cache }) =>
      websocket &&
      cache !== undefined && {
        setting: 'websocket',
        message: `does not go with a cache, which would answer in place of Django: ${WITHOUT_CACHE}`,
      },
  ),
  location(
    ({ buffering, cache }) =>
      !buffering &&
      cache !== undefined && { setting: 'buffering', message: `must be true with a cache, which keeps what is buffered: ${WITHOUT_CACHE}` },
  ),
];

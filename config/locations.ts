/** The paths of the site, with all that holds at each of them. */
import { groupOf } from './gunicorn';
import type { Settings } from './schema';
import { location } from './sections/nginx/location';

/** Websockets are silent for longer than pages take. Seconds. */
const WEBSOCKET_TIMEOUT = 3600;

type Location = Settings['nginx']['locations'][number];

/** Where nothing else is said. */
const REST: Location = location.parse({ path: '/' });

/** Time for an answer of pods with that timeout, which end such a request themselves. Seconds. */
export const responseTime = ({ nginx }: Settings, { timeout }: { readonly timeout: number }): number =>
  nginx.timeouts.response ?? timeout + 5;

/** Passwords are in the Secret of the release where none is named. */
export function resolveAccess(release: string, access: Settings['nginx']['access']) {
  if (!access?.basicAuth) return access && { ...access, basicAuth: undefined };
  const { realm, secretName = `${release}-htpasswd` } = access.basicAuth;
  return { ...access, basicAuth: { realm, secretName } };
}

/** The location that a path lies in: of several, the one with the longest path. */
const around = (path: string, locations: readonly Location[]) =>
  locations
    .filter((one) => one.match === 'prefix' && path.startsWith(one.path))
    .reduce((longest, one) => (one.path.length > longest.path.length ? one : longest), REST);

/** Those of the file, `/`, and the paths of groups, where the same holds as at the location that they lie in. */
function everyLocation({ nginx, gunicorn }: Settings): Location[] {
  const given = nginx.locations.some(({ path, match }) => path === '/' && match === 'prefix')
    ? nginx.locations
    : [...nginx.locations, REST];
  const paths = new Set(gunicorn.groups.flatMap((group) => group.paths));
  const ofGroups = [...paths].map((path) => ({ ...around(path, given), path }));
  return [...given, ...ofGroups.filter(({ path }) => !given.some((one) => one.path === path && one.match === 'prefix'))];
}

/** What holds for the whole site holds at each location that does not say otherwise. */
export function resolveLocations(settings: Settings, access: ReturnType<typeof resolveAccess>) {
  const { release, nginx, gunicorn } = settings;
  const own = <T>(value: T | false | undefined, site: T | undefined) => (value === false ? undefined : (value ?? site));
  return everyLocation(settings).map((one) => {
    const group = groupOf(one.path, gunicorn.groups);
    return {
      ...one,
      /** The pods that answer. */
      upstream: group?.name ?? ('gunicorn' as const),
      cache: own(one.cache, nginx.cache),
      limits: own(one.limits, nginx.limits),
      access: one.access === false ? undefined : (resolveAccess(release, one.access) ?? access),
      uploadLimit: one.uploadLimit ?? nginx.uploadLimit,
      timeout: one.timeout ?? (one.websocket ? WEBSOCKET_TIMEOUT : responseTime(settings, group ?? gunicorn)),
    };
  });
}

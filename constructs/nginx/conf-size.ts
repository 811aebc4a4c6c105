/** nginx.conf travels in a ConfigMap too, and what holds for the whole site stands in it once for each location. */
import { SettingError, settingName, type SettingPath } from '../../config/problems';
import { formatBytes } from '../../config/quantity';
import type { ConfSettings } from './conf/settings';
import { size } from './pages';
import { LARGEST_MAP } from './static-files';

/** Beside the heaviest setting, those that weigh as much of it are named. */
const WORTH_NAMING = 1 / 4;

type Weighed = readonly [name: string, path: SettingPath, weight: number];

const weigh = (path: SettingPath, ...written: readonly unknown[]): Weighed => [
  settingName(path),
  path,
  written.reduce<number>((sum, value) => sum + JSON.stringify(value ?? null).length, 0),
];

/** Settings that can be long, with what they come to about, as often as they are written. */
function weights({ nginx, hosts }: ConfSettings): Weighed[] {
  const { access: site, locations, realIp, redirects, maintenance } = nginx;
  const given = [site, ...locations.map(({ access }) => access)].map((access) => JSON.stringify(access));
  /** The first place that says it: paths of groups of pods have what the location around them has. */
  const firsts = [...new Set(given)].map((access) => given.indexOf(access));
  const ofAccess = firsts.map((first) => {
    const path = first === 0 ? ['nginx', 'access'] : ['nginx', 'locations', first - 1, 'access'];
    return weigh(path, ...given.filter((access) => access === given[first]));
  });
  return [
    ...ofAccess,
    weigh(['nginx', 'locations'], ...locations.map((one) => ({ ...one, access: undefined }))),
    weigh(['nginx', 'realIp'], realIp),
    weigh(['nginx', 'redirects'], redirects),
    weigh(['nginx', 'maintenance'], maintenance),
    weigh(['django', 'hosts'], hosts),
  ];
}

/** @throws SettingError when no ConfigMap takes the text, with the sizes and the settings that weigh most in it */
export function refuseTooLarge(text: string, settings: ConfSettings): void {
  if (size(text) <= LARGEST_MAP) return;
  const [heaviest, ...others] = weights(settings).sort(([, , a], [, , b]) => b - a);
  if (!heaviest) return;
  const [, path, most] = heaviest;
  const also = others.filter(([, , weight]) => weight >= most * WORTH_NAMING).map(([name]) => name);
  throw new SettingError(
    path,
    `weighs most in nginx.conf${also.length > 0 ? `, and then ${also.join(', ')}` : ''}: that comes to ${formatBytes(size(text))}, above the ` +
      `${formatBytes(LARGEST_MAP)} that a ConfigMap takes; what holds for the site is written for each location: ` +
      'name fewer or wider ranges and fewer locations, or leave this to the load balancer',
  );
}

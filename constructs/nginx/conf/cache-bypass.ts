/** Which requests go past the cache, and which answers are not kept. */
import type { CacheRules, Location } from './concern';
import { variable } from './request-key';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

const COOKIE = 'cookie:';

const rulesOf = ({ nginx: { locations } }: ConfSettings): CacheRules[] => locations.flatMap(({ cache }) => cache ?? []);

const passesHead = ({ methods }: CacheRules) => !methods.includes('HEAD');

/** The cookies that lead past a cache, as alternatives of a regular expression. */
const cookies = ({ bypass }: CacheRules): string =>
  bypass
    .filter((part) => part.startsWith(COOKIE))
    .map((part) => part.slice(COOKIE.length).replaceAll('.', '\\.'))
    .join('|');

/** Each such list once, in the order of locations. */
const visitors = (settings: ConfSettings): string[] => [...new Set(rulesOf(settings).map(cookies).filter(Boolean))];

const visitor = (index: number) => `$known_visitor${index > 0 ? `_${index + 1}` : ''}`;

/** What the conditions go by. */
export const bypassMaps = (settings: ConfSettings): Line[] => [
  ...(visitors(settings).length > 0 ? ['# Not $cookie_NAME: of two cookies of a name it is the first, and Django reads the last.'] : []),
  ...visitors(settings).flatMap((names, index) =>
    block(`map $http_cookie ${visitor(index)}`, `"~(?:^|;)\\s*(?:${names})\\s*=" 1;`, 'default "";'),
  ),
  ...(rulesOf(settings).some(passesHead) ? block('map $request_method $is_head', 'HEAD 1;', 'default "";') : []),
  '# Streams, which have no length, and answers of 10 MB or more would fill the cache before old answers are removed.',
  ...block('map $upstream_http_content_length $too_long', '"~^\\d{1,7}$" "";', 'default 1;'),
];

/** A password of Nginx's own says nothing to Django, which is not told of it. */
const known = (rules: CacheRules, { access }: Location) =>
  rules.bypass.filter((part) => !part.startsWith(COOKIE) && !(access?.basicAuth && /^header:authorization$/i.test(part)));

/** Directives of a location. */
export function bypassLines(rules: CacheRules, location: Location, settings: ConfSettings): Line[] {
  const index = visitors(settings).indexOf(cookies(rules));
  const conditions = [
    ...(index >= 0 ? [visitor(index)] : []),
    ...known(rules, location).map(variable),
    ...(passesHead(rules) ? ['$is_head'] : []),
  ];
  return [
    ...(passesHead(rules) ? ['proxy_cache_convert_head off;'] : []),
    ...(conditions.length > 0 ? [`proxy_cache_bypass ${conditions.join(' ')};`] : []),
    `proxy_no_cache ${[...conditions, '$too_long'].join(' ')};`,
  ];
}

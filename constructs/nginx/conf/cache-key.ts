/** What tells kept answers apart: each key is as exact as what Django is told, so that no visitor can put a page in another's place. */
import type { CacheRules } from './concern';
import { cacheVariable } from './request-key';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

const named = (parts: readonly string[], kind: string) =>
  parts.filter((part) => part.startsWith(`${kind}:`)).map((part) => part.slice(kind.length + 1));

const rulesOf = ({ nginx: { locations } }: ConfSettings): CacheRules[] => locations.flatMap(({ cache }) => cache ?? []);

/** Cookies in the keys of all locations, each once. */
const cookies = (settings: ConfSettings) => [...new Set(rulesOf(settings).flatMap(({ key }) => named(key, 'cookie')))];
const cookieVariable = (settings: ConfSettings, name: string) => `$key_cookie_${cookies(settings).indexOf(name) + 1}`;

/** Django reads the query as a whole: where the key does not hold all of it, Django must not see the rest. */
const cutsQuery = ({ key }: CacheRules) => !key.includes('uri');
/** What it sees of the query: what the key holds, and what leads past the cache. */
const keptArguments = (rules: CacheRules) => [...new Set([...named(rules.key, 'argument'), ...named(rules.bypass, 'argument')])];

const allArguments = (settings: ConfSettings) => [...new Set(rulesOf(settings).filter(cutsQuery).flatMap(keptArguments))];
const argumentVariable = (settings: ConfSettings, name: string) => `$key_argument_${allArguments(settings).indexOf(name) + 1}`;

function variableOf(settings: ConfSettings, part: string): string {
  if (part === 'address') return '$remote_addr';
  return part.startsWith('cookie:') ? cookieVariable(settings, part.slice('cookie:'.length)) : cacheVariable(part);
}

/** Parts of keys that nginx has no variable for. */
export const keyMaps = (settings: ConfSettings): Line[] => [
  ...cookies(settings).flatMap((name) => [
    `# The last cookie of that name, which is the one that Django reads; $cookie_${name} is the first.`,
    ...block(`map $http_cookie ${cookieVariable(settings, name)}`, `"~^(?:.*;)?\\s*${name}\\s*(=[^;]*)" $1;`, 'default "";'),
  ]),
  ...allArguments(settings).flatMap((name) =>
    block(`map $arg_${name} ${argumentVariable(settings, name)}`, '"" "";', `default ${name}=$arg_${name};`),
  ),
];

/** Directives of a location: the key, and what of a request Django is told as the key has it. */
export function keyLines(rules: CacheRules, settings: ConfSettings): Line[] {
  const { key } = rules;
  const uri = ['uri', 'path'].filter((part) => key.includes(part));
  const others = key.filter((part) => !['host', 'uri', 'path'].includes(part));
  const [start, ...rest] = [...uri, ...others].map((part) => variableOf(settings, part));
  const text = [`${cacheVariable('host')}${start}`, ...rest].join('\\n');
  return [
    ...(cutsQuery(rules)
      ? [
          '# What the key does not hold does not reach Django.',
          `set $args "${keptArguments(rules)
            .map((name) => argumentVariable(settings, name))
            .join('&')}";`,
        ]
      : []),
    ...(named(key, 'cookie').length > 0 ? ['proxy_set_header Cookie $http_cookie;'] : []),
    ...named(key, 'header').map((name) => `proxy_set_header ${name} ${cacheVariable(`header:${name}`)};`),
    ...(rest.length > 0 ? ['# No part can hold the line break between them.', `proxy_cache_key "${text}";`] : [`proxy_cache_key ${text};`]),
  ];
}

import { keepsAnswers, keysZone } from '../../../config/cache-room';
import { bypassLines, bypassMaps } from './cache-bypass';
import { keyLines, keyMaps } from './cache-key';
import type { CacheRules, Concern, Location } from './concern';
import { DIRECTORIES, type ConfSettings } from './settings';
import { nginxSize, paragraphs, type Line } from './text';

/** The zone of the keys. */
const ZONE = 'answers';

/** What a client may say of itself and of the site, besides what the proxy writes in its place. */
const HEARSAY = [
  'Forwarded',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Protocol',
  'X-Forwarded-Scheme',
  'X-Forwarded-Server',
  'X-Forwarded-SSL',
  'X-Original-URL',
  'X-Rewrite-URL',
];

const STALE = [
  '# An old answer, while a new one is fetched or Django fails.',
  'proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;',
  'proxy_cache_background_update on;',
];

/** A key stands in the buffer before the headers of the answer: without room for both, long URLs would end with 502. */
function buffers({ nginx: { requestLimits } }: ConfSettings): Line[] {
  const size = Number.parseInt(requestLimits.headerSize);
  return [
    '# The key, which holds the URL, stands in the same buffer as the headers of the answer.',
    `proxy_buffer_size ${2 * size}k;`,
    `proxy_busy_buffers_size ${2 * size}k;`,
    ...(size > 8 ? [`proxy_buffers 8 ${size / 2}k;`] : []),
  ];
}

function lines(rules: CacheRules, location: Location, settings: ConfSettings): Line[] {
  return [
    `proxy_cache ${ZONE};`,
    '# No visitor may write into the page of another what is not in the key.',
    ...HEARSAY.map((name) => `proxy_set_header ${name} "";`),
    ...keyLines(rules, settings),
    ...Object.entries(rules.valid).map(([status, seconds]) => `proxy_cache_valid ${status} ${seconds}s;`),
    ...bypassLines(rules, location, settings),
    ...(rules.minUses > 1 ? [`proxy_cache_min_uses ${rules.minUses};`] : []),
    'proxy_cache_lock on;',
    `proxy_cache_lock_timeout ${rules.lock}s;`,
    `proxy_cache_lock_age ${rules.lock}s;`,
    'proxy_cache_revalidate on;',
    ...(rules.stale ? STALE : []),
    ...buffers(settings),
    'add_header X-Cache $upstream_cache_status always;',
  ];
}

/** Fields of the access log. */
export const cacheFields = ({ nginx }: Pick<ConfSettings, 'nginx'>): Readonly<Record<string, string>> =>
  keepsAnswers(nginx) ? { cache: '$upstream_cache_status' } : {};

/** Answers of Django that are kept. Its `Cache-Control`, `Expires`, `Set-Cookie` and `Vary` are honoured, as nginx does of itself. */
export const cache: Concern = {
  http: (settings) => {
    const { nginx } = settings;
    const { size, inactive } = nginx.cacheStore;
    if (!keepsAnswers(nginx)) return [];
    const zone = `keys_zone=${ZONE}:${nginxSize(keysZone(nginx))}`;
    return paragraphs(
      [`proxy_cache_path ${DIRECTORIES.cache} levels=1:2 ${zone} max_size=${nginxSize(size)} inactive=${inactive}s use_temp_path=off;`],
      bypassMaps(settings),
      keyMaps(settings),
    );
  },
  location: (location, settings) => (location.cache ? lines(location.cache, location, settings) : []),
};

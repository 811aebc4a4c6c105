import { HASHED_NAME } from '../../../config/sections/nginx/static';
import { guard } from './access';
import type { Concern } from './concern';
import { hstsHeader } from './hsts';
import { staticLog } from './log';
import { NO_SNIFFING, notFoundPage } from './pages';
import { DIRECTORIES, type ConfSettings } from './settings';
import { block, paragraphs, type Line } from './text';

type StaticFiles = NonNullable<ConfSettings['nginx']['static']>;

/** Seconds of a year. */
const YEAR = 365 * 86400;
const CACHE_CONTROL = '$static_cache_control';

/** How long browsers may keep a file, and with `public` caches of many users too. One variable, so that there is one header. */
function lifetimes({ maxAge }: StaticFiles, open: boolean): Line[] {
  const who = open ? 'public' : 'private';
  return [
    '# A name with a hash never gets other content; what is missing may be there in a moment, when all pods are of one release.',
    ...block(
      `map "$status $uri" ${CACHE_CONTROL}`,
      'default no-store;',
      `"~^(?:200|206|304) .*${HASHED_NAME.source}" "${who}, max-age=${YEAR}, immutable";`,
      `"~^(?:200|206|304) " "${who}, max-age=${maxAge}";`,
    ),
  ];
}

/** Files of a claim may change while a pod runs; all others stay as they are. Each kept open takes one of the process's files. */
const keptOpen = ({ claim }: StaticFiles): Line[] =>
  claim === undefined
    ? [
        '# No file changes while the pod runs, nor is a .gz added.',
        'open_file_cache max=1000 inactive=1h;',
        'open_file_cache_valid 1h;',
        'open_file_cache_errors on;',
      ]
    : [];

/** What holds for files of either kind: they are as closed as the whole site, and nothing of it is inherited that has lines here. */
const rest = (settings: ConfSettings): Line[] => [
  NO_SNIFFING,
  ...hstsHeader(settings.nginx),
  ...guard(settings.nginx.access),
  ...notFoundPage(settings),
  ...staticLog(settings),
];

/** Static and uploaded files, which never reach Django. */
export const staticFiles: Concern = {
  http: ({ nginx: { static: files, access } }) => (files ? lifetimes(files, access === undefined) : []),
  locations: (settings) => {
    const { static: files } = settings.nginx;
    const { media } = settings;
    return paragraphs(
      files
        ? block(
            `location ${files.url}`,
            `alias ${DIRECTORIES.static}/;`,
            ['# The .gz beside a file is sent to clients that can unpack it.', 'gzip_static on;'],
            keptOpen(files),
            `add_header Cache-Control ${CACHE_CONTROL} always;`,
            rest(settings),
            files.claim === undefined ? [] : block('location ~ /\\.', 'return 404;'),
          )
        : [],
      media ? block(`location ${media.url}`, `alias ${DIRECTORIES.media}/;`, rest(settings)) : [],
    );
  },
};

import type { Concern } from './concern';
import { hstsHeader } from './hsts';
import { retryAfter } from './limits';
import { REFUSED, refuses, retryAtPods } from './queue';
import { DIRECTORIES, type ConfSettings } from './settings';
import { block, paragraphs, type Line } from './text';

/** Where nginx finds its pages. No setting and, as it is internal, no client can name it. */
const PAGES = '/@pages/';
const MAINTENANCE = 'maintenance.html';
/** Of requests that no pod takes. */
const UNTAKEN = '@untaken';
/** After which clients may come again. Seconds. */
const RETRY_AFTER = 300;
const CLOSED = '$closed';
export const NO_SNIFFING = 'add_header X-Content-Type-Options nosniff always;';

const errorPage = (statuses: string, name: string) => `error_page ${statuses} ${PAGES}${name};`;
const tooLarge = ({ nginx: { errorPages: pages } }: ConfSettings): Line[] =>
  pages['413'] === undefined ? [] : [errorPage('413', '413.html')];

/** Statuses by their page, for all of the site. */
function errorPages(settings: ConfSettings): Line[] {
  const { errorPages: pages, maintenance } = settings.nginx;
  const unavailable = [...(refuses(settings) ? [] : ['502']), ...(maintenance ? [] : ['503']), '504'].join(' ');
  return [
    ...tooLarge(settings),
    ...(pages['429'] === undefined ? [] : [errorPage('429', '429.html')]),
    ...(pages['50x'] === undefined ? [] : [errorPage(unavailable, '50x.html')]),
    ...(maintenance ? [errorPage('503', MAINTENANCE)] : []),
    ...(refuses(settings) ? [`error_page 502 ${UNTAKEN};`] : []),
  ];
}

/** For a location of files: what is not there, and what holds for the site and would be lost beside it. */
export const notFoundPage = (settings: ConfSettings): Line[] =>
  settings.nginx.errorPages['404'] === undefined ? [] : [errorPage('404', '404.html'), ...tooLarge(settings)];

/** A location of pages. Access is not asked for again: what leads here has been answered. */
const pageLocation = (settings: ConfSettings, path: string, ...lines: readonly Line[]): Line[] =>
  block(`location ${path}`, 'internal;', ...lines, 'add_header Cache-Control no-store always;', NO_SNIFFING, ...hstsHeader(settings.nginx));

/** To nginx a request that no pod takes is one that a pod has failed at. */
const untaken = (settings: ConfSettings): Line[] =>
  pageLocation(
    settings,
    UNTAKEN,
    ...(settings.nginx.errorPages['50x'] === undefined ? [] : [errorPage('502 503', '50x.html')]),
    ...block(`if (${REFUSED})`, 'return 503;'),
    'return 502;',
    ...retryAtPods(settings),
  );

const files = (path: string): Line[] => [`alias ${DIRECTORIES.pages}/${path};`, 'charset utf-8;', 'etag off;'];

/** Pages of Nginx itself. What Django answers, errors too, stays as it is: nginx does not intercept it. */
export const pages: Concern = {
  http: ({ nginx: { maintenance } }) =>
    maintenance && maintenance.allow.length > 0
      ? ['# Who gets the site all the same.', ...block(`geo ${CLOSED}`, 'default 1;', ...maintenance.allow.map((range) => `${range} 0;`))]
      : [],
  server: errorPages,
  locations: (settings) => {
    const { errorPages: named, maintenance } = settings.nginx;
    const page = maintenance?.page === undefined ? ['return 503;'] : files(MAINTENANCE);
    return paragraphs(
      Object.values<string | undefined>(named).some((file) => file !== undefined)
        ? pageLocation(settings, PAGES, ...files(''), ...(named['429'] === undefined ? [] : retryAfter(settings)), ...retryAtPods(settings))
        : [],
      maintenance ? pageLocation(settings, `= ${PAGES}${MAINTENANCE}`, ...page, `add_header Retry-After ${RETRY_AFTER} always;`) : [],
      refuses(settings) ? untaken(settings) : [],
    );
  },
  location: (_location, settings) => {
    const { maintenance, errorPages: named } = settings.nginx;
    return [
      ...(maintenance ? (maintenance.allow.length > 0 ? block(`if (${CLOSED})`, 'return 503;') : ['return 503;']) : []),
      // From the page for what no pod takes to that of 50x.
      ...(named['50x'] !== undefined && refuses(settings) ? ['recursive_error_pages on;'] : []),
    ];
  },
};

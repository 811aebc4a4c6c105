import type { Concern, Location } from './concern';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

/** Only websockets: whatever else a client wants to change to would be a way past this proxy. */
const WEBSOCKET_MAPS: readonly Line[] = [
  '# What a client may change a connection to. For all others "Connection" stays empty: "close" would end that to the pod.',
  ...block('map $http_upgrade $upgrade', 'websocket websocket;', 'default "";'),
  ...block('map $http_upgrade $connection_upgrade', 'websocket upgrade;', 'default "";'),
];

const connection = ({ websocket }: Location): Line[] =>
  websocket
    ? ['proxy_set_header Upgrade $upgrade;', 'proxy_set_header Connection $connection_upgrade;']
    : ['proxy_set_header Connection "";'];

const buffering = ({ buffering: answers, requestBuffering: requests }: Location): Line[] => [
  ...(answers ? ['proxy_max_temp_file_size 64m;'] : ['proxy_buffering off;']),
  ...(requests ? [] : ['# A body on its way goes to one pod only: none of it is kept for another.', 'proxy_request_buffering off;']),
];

const retries = ({ retry }: Location): Line[] =>
  retry
    ? [
        '# Another pod is tried within 5 seconds, and never for a POST or PATCH that has reached one.',
        'proxy_next_upstream error timeout;',
        'proxy_next_upstream_tries 2;',
        'proxy_next_upstream_timeout 5s;',
      ]
    : ['proxy_next_upstream off;'];

/** How a request reaches Django, and what is said of the client. */
export const proxy: Concern = {
  http: ({ nginx: { locations } }: ConfSettings) => (locations.some(({ websocket }) => websocket) ? [...WEBSOCKET_MAPS] : []),
  location: (location, { nginx: { timeouts } }) => [
    `proxy_pass http://${location.upstream};`,
    'proxy_http_version 1.1;',
    ...connection(location),
    '# With the port that the client named: Django compares it with that of the page that a form comes from.',
    'proxy_set_header Host $host$is_request_port$request_port;',
    'proxy_set_header X-Real-IP $remote_addr;',
    '# Not $proxy_add_x_forwarded_for: a client could put any address in front of its own.',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_set_header X-Forwarded-Host "";',
    'proxy_set_header X-Request-ID $request_id;',
    `proxy_connect_timeout ${timeouts.connect}s;`,
    `proxy_read_timeout ${location.timeout}s;`,
    `proxy_send_timeout ${location.timeout}s;`,
    ...retries(location),
    ...buffering(location),
    'proxy_redirect off;',
  ],
};

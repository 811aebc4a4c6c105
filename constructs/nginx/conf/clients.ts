import type { Concern } from './concern';
import type { ConfSettings } from './settings';

/** Time after an answer in which a client may ask again of a server that stops; with HTTP/1.1 it cannot know, and gets no answer. Seconds. */
const ONE_MORE = 10;

/** Time that a connection may stay idle, of a browser and of a proxy. Seconds. Proxies keep theirs, and a request that meets the end of one is a
 * 502: ingress-nginx for 60 seconds, Traefik for 90, the load balancers of Google for 600, Envoy for an hour. Source: their documentation. */
const IDLE = { browser: 75, proxy: 3660 };

/** Whether those who connect are proxies, which say in a header who asks them. */
const isBehindProxies = ({ realIp }: ConfSettings['nginx']) => realIp !== undefined && realIp.header !== 'proxy_protocol';

/** What one client may take of the server's time and room. */
export const clients: Concern = {
  http: ({ nginx }) => [
    ...(isBehindProxies(nginx)
      ? ['# Longer than proxies do: or they send a request into a connection that is closed.', `keepalive_timeout ${IDLE.proxy}s;`]
      : [`keepalive_timeout ${IDLE.browser}s;`]),
    '# A connection that was just in use is not closed when this server stops: it takes one more request, whose answer says so.',
    `keepalive_min_timeout ${ONE_MORE}s;`,
    `client_header_timeout ${nginx.timeouts.header}s;`,
    `client_body_timeout ${nginx.timeouts.body}s;`,
    `send_timeout ${nginx.timeouts.body}s;`,
    'reset_timedout_connection on;',
    `client_max_body_size ${nginx.uploadLimit};`,
  ],
  location: ({ uploadLimit }, { nginx }) => (uploadLimit === nginx.uploadLimit ? [] : [`client_max_body_size ${uploadLimit};`]),
};

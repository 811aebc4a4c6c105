import type { Concern } from './concern';

/** What one client may take of the server's time and room. */
export const clients: Concern = {
  http: ({ nginx: { uploadLimit, timeouts } }) => [
    'keepalive_timeout 75s;',
    `client_header_timeout ${timeouts.header}s;`,
    `client_body_timeout ${timeouts.body}s;`,
    `send_timeout ${timeouts.body}s;`,
    'reset_timedout_connection on;',
    `client_max_body_size ${uploadLimit};`,
  ],
  location: ({ uploadLimit }, { nginx }) => (uploadLimit === nginx.uploadLimit ? [] : [`client_max_body_size ${uploadLimit};`]),
};

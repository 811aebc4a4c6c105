import type { Concern } from './concern';

/** Time after an answer in which a client may ask again of a server that stops; with HTTP/1.1 it cannot know, and gets no answer. Seconds. */
const ONE_MORE = 10;

/** What one client may take of the server's time and room. */
export const clients: Concern = {
  http: ({ nginx: { uploadLimit, timeouts } }) => [
    'keepalive_timeout 75s;',
    '# A connection that was just in use is not closed when this server stops: it takes one more request, whose answer says so.',
    `keepalive_min_timeout ${ONE_MORE}s;`,
    `client_header_timeout ${timeouts.header}s;`,
    `client_body_timeout ${timeouts.body}s;`,
    `send_timeout ${timeouts.body}s;`,
    'reset_timedout_connection on;',
    `client_max_body_size ${uploadLimit};`,
  ],
  location: ({ uploadLimit }, { nginx }) => (uploadLimit === nginx.uploadLimit ? [] : [`client_max_body_size ${uploadLimit};`]),
};

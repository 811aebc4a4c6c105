import { UPSTREAM } from './balance';
import type { Concern } from './concern';

/** How a request reaches Django, and what is said of the client. */
export const proxy: Concern = {
  location: ({ timeout }, { nginx: { timeouts } }) => [
    `proxy_pass http://${UPSTREAM};`,
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    '# With the port that the client named: Django compares it with that of the page that a form comes from.',
    'proxy_set_header Host $host$is_request_port$request_port;',
    'proxy_set_header X-Real-IP $remote_addr;',
    '# Not $proxy_add_x_forwarded_for: a client could put any address in front of its own.',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_set_header X-Forwarded-Host "";',
    'proxy_set_header X-Request-ID $request_id;',
    `proxy_connect_timeout ${timeouts.connect}s;`,
    `proxy_read_timeout ${timeout}s;`,
    `proxy_send_timeout ${timeout}s;`,
    '# Another pod is tried within 5 seconds, and never for a POST or PATCH that has reached one.',
    'proxy_next_upstream error timeout;',
    'proxy_next_upstream_tries 2;',
    'proxy_next_upstream_timeout 5s;',
    'proxy_max_temp_file_size 64m;',
    'proxy_redirect off;',
  ],
};

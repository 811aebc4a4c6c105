/** The pods of Gunicorn, and how a request reaches one. */
import { DNS_VALID, FRONT_IDLE } from '../../timing';
import { block, type Line } from './text';
import type { ConfSettings } from './settings';

const NAME = 'gunicorn';
/** Idle connections to Gunicorn that each worker process keeps. */
const KEEPALIVE = 32;

/** Follows the pods behind a headless Service: nginx asks DNS again while it runs, and starts when there are none. */
export function upstream({ upstream: { address, port }, dns }: ConfSettings): Line[] {
  return [
    `resolver ${dns} valid=${DNS_VALID}s ipv6=off;`,
    'resolver_timeout 5s;',
    '',
    ...block(
      `upstream ${NAME}`,
      `zone ${NAME} 256k;`,
      'least_conn;',
      `server ${address}:${port} resolve max_fails=3 fail_timeout=10s;`,
      `keepalive ${KEEPALIVE};`,
      `keepalive_timeout ${FRONT_IDLE}s;`,
    ),
  ];
}

export function proxy({ timeouts }: ConfSettings): Line[] {
  return [
    `proxy_pass http://${NAME};`,
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
    `proxy_read_timeout ${timeouts.response}s;`,
    `proxy_send_timeout ${timeouts.response}s;`,
    '# Another pod is tried within 5 seconds, and never for a POST or PATCH that has reached one.',
    'proxy_next_upstream error timeout;',
    'proxy_next_upstream_tries 2;',
    'proxy_next_upstream_timeout 5s;',
    'proxy_max_temp_file_size 64m;',
    'proxy_redirect off;',
  ];
}

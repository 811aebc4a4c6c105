import { DNS_VALID, FRONT_IDLE } from '../../timing';
import type { Concern } from './concern';
import { block } from './text';

/** The upstream group. */
export const UPSTREAM = 'gunicorn';

/** The pods of Gunicorn, which nginx follows behind a headless Service: it asks DNS again while it runs, and starts when there are none. */
export const balance: Concern = {
  http: ({ nginx: { balance: settings }, upstream: { address, port }, dns }) => [
    `resolver ${dns} valid=${DNS_VALID}s ipv6=off;`,
    'resolver_timeout 5s;',
    '',
    ...block(
      `upstream ${UPSTREAM}`,
      `zone ${UPSTREAM} 256k;`,
      'least_conn;',
      `server ${address}:${port} resolve max_fails=${settings.maxFails} fail_timeout=${settings.failTimeout}s;`,
      `keepalive ${settings.keepalive};`,
      `keepalive_timeout ${FRONT_IDLE}s;`,
    ),
  ],
};

import { connections, workers } from '../../../config/workers';
import { access } from './access';
import { balance } from './balance';
import { cache } from './cache';
import { clients } from './clients';
import { compression } from './compression';
import type { Concern, Location } from './concern';
import { files } from './files';
import { headers } from './headers';
import { hsts } from './hsts';
import { ingress } from './ingress';
import { limits } from './limits';
import { log } from './log';
import { pages } from './pages';
import { proxy } from './proxy';
import { queue } from './queue';
import { realIp } from './real-ip';
import { requestKeys } from './request-key';
import { servers } from './servers';
import type { ConfSettings } from './settings';
import { staticFiles } from './static';
import { status } from './status';
import { block, paragraphs, type Line } from './text';
import { tls } from './tls';

/** Every role of the front, in the order in which its lines are written. */
const CONCERNS: readonly Concern[] = [
  files,
  log,
  realIp,
  clients,
  limits,
  compression,
  requestKeys,
  balance,
  queue,
  tls,
  access,
  ingress,
  staticFiles,
  pages,
  proxy,
  cache,
  headers,
  hsts,
  status,
];

/** The most that a stopping pod waits for its last request. Seconds. */
const LONGEST_GRACE = 3600;

/**
 * Time that running requests get to finish when a pod stops: the longest timeout of all locations, at most an hour. Websockets,
 * which may last for days, do not count: they are closed when the time is over. Seconds.
 */
export function grace({ timeouts, locations }: ConfSettings['nginx']): number {
  const requests = locations.filter(({ websocket }) => !websocket).map(({ timeout }) => timeout);
  return Math.min(LONGEST_GRACE, requests.length > 0 ? Math.max(...requests) : timeouts.response);
}

function location({ match, path }: Location, lines: readonly Line[]): Line[] {
  return block(`location ${match === 'exact' ? '= ' : ''}${path}`, lines);
}

/** The whole of `nginx.conf`. */
export function nginxConf(settings: ConfSettings): string {
  const { nginx } = settings;
  const leading = nginx.locations.map((one) =>
    location(
      one,
      CONCERNS.flatMap((concern) => concern.location?.(one, settings) ?? []),
    ),
  );
  const site = paragraphs(
    ...CONCERNS.map((concern) => concern.server?.(settings) ?? []),
    ...CONCERNS.map((concern) => concern.locations?.(settings) ?? []),
    ...leading,
  );
  const lines = paragraphs(
    [
      'daemon off;',
      'pid /tmp/nginx.pid;',
      'pcre_jit on;',
      'error_log /dev/stderr warn;',
      '# Not "auto", which counts the CPUs of the node.',
      `worker_processes ${workers(nginx)};`,
      '# Above what the node may give by default: one for each connection, and a file that it may send.',
      `worker_rlimit_nofile ${2 * connections(nginx)};`,
      `worker_shutdown_timeout ${grace(nginx)}s;`,
    ],
    block('events', '# As many as fit into the memory of the container.', `worker_connections ${connections(nginx)};`),
    block('http', paragraphs(...CONCERNS.map((concern) => concern.http?.(settings) ?? []), servers(settings, site))),
  );
  return `${lines.join('\n')}\n`;
}

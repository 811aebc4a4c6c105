import { balance } from './balance';
import { clients } from './clients';
import { compression } from './compression';
import type { Concern, Location } from './concern';
import { files } from './files';
import { log } from './log';
import { proxy } from './proxy';
import { servers } from './servers';
import type { ConfSettings } from './settings';
import { staticFiles } from './static';
import { block, paragraphs, type Line } from './text';
import { tls } from './tls';

const CONNECTIONS = 4096;

/** Every role of the front, in the order in which its lines are written. */
const CONCERNS: readonly Concern[] = [files, log, clients, compression, balance, tls, staticFiles, proxy];

/** Time that running requests get to finish when a pod stops: as long as one may take. Seconds. */
export const grace = ({ timeouts }: ConfSettings['nginx']) => timeouts.response;

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
      'error_log /dev/stderr warn;',
      '# Not "auto", which counts the CPUs of the node.',
      `worker_processes ${Math.ceil(nginx.resources.limits.cpu / 1000)};`,
      `worker_shutdown_timeout ${grace(nginx)}s;`,
    ],
    block('events', `worker_connections ${CONNECTIONS};`),
    block('http', paragraphs(...CONCERNS.map((concern) => concern.http?.(settings) ?? []), servers(settings, site))),
  );
  return `${lines.join('\n')}\n`;
}

import { httpSettings } from './http';
import { servers } from './servers';
import { block, paragraphs } from './text';
import type { ConfSettings } from './settings';
import { upstream } from './upstream';

/** Time that running requests get to finish when a pod stops: as long as one may take. Seconds. */
export const grace = ({ timeouts }: Pick<ConfSettings, 'timeouts'>) => timeouts.response;
const CONNECTIONS = 4096;

/** The whole of `nginx.conf`. */
export function nginxConf(settings: ConfSettings): string {
  const lines = paragraphs(
    [
      'daemon off;',
      'pid /tmp/nginx.pid;',
      'error_log /dev/stderr warn;',
      '# Not "auto", which counts the CPUs of the node.',
      `worker_processes ${settings.workers};`,
      `worker_shutdown_timeout ${grace(settings)}s;`,
    ],
    block('events', `worker_connections ${CONNECTIONS};`),
    block('http', paragraphs(httpSettings(settings), upstream(settings), servers(settings))),
  );
  return `${lines.join('\n')}\n`;
}

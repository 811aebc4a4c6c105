import { cacheFields } from './cache';
import type { Concern } from './concern';
import { limitFields } from './limits';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

/** Lines of a second together, no more than a pipe takes in one piece (`PIPE_BUF`, 4096 bytes): those of two processes do not mix. */
export const TOGETHER = ' buffer=4k flush=1s';
const LOG = `/dev/stdout json${TOGETHER}`;

const FIELDS = {
  time: '$time_iso8601',
  id: '$request_id',
  ip: '$remote_addr',
  method: '$request_method',
  host: '$host',
  uri: '$request_uri',
  status: '$status',
  bytes: '$body_bytes_sent',
  seconds: '$request_time',
  upstream: '$upstream_addr',
  upstream_seconds: '$upstream_response_time',
};

type Settings = Pick<ConfSettings, 'nginx'>;

const sampled = ({ nginx }: Settings) => nginx.log.staticSample < 100;

/** For each location of static and uploaded files: which of their hits are logged. */
export const staticLog = (settings: Settings): Line[] => (sampled(settings) ? [`access_log ${LOG} if=$log_static;`] : []);

/** A share of the hits, drawn by the id of the request, and every error. */
function sample({ nginx }: Settings): Line[] {
  const { staticSample } = nginx.log;
  // 0% is none that nginx can split by.
  const drawn = staticSample > 0 ? block('split_clients $request_id $static_sample', `${staticSample}% 1;`, '* 0;') : [];
  return [...drawn, ...block('map $status $log_static', '~^[45] 1;', `default ${staticSample > 0 ? '$static_sample' : '0'};`)];
}

/** One line of JSON for each request. */
export const log: Concern = {
  http: (settings) => [
    `log_format json escape=json '{${Object.entries({ ...FIELDS, ...cacheFields(settings), ...limitFields(settings) })
      .map(([name, variable]) => `"${name}":"${variable}"`)
      .join(',')}}';`,
    `access_log ${LOG};`,
    ...(sampled(settings) ? ['', '# Of hits on files a share is logged; errors always are.', ...sample(settings)] : []),
  ],
};

import type { Concern } from './concern';

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

/** One line of JSON for each request. */
export const log: Concern = {
  http: () => [
    `log_format json escape=json '{${Object.entries(FIELDS)
      .map(([name, variable]) => `"${name}":"${variable}"`)
      .join(',')}}';`,
    'access_log /dev/stdout json;',
  ],
};

/** What holds for all servers: files, logs, connections, limits, compression. */
import { paragraphs, type Line } from './text';
import type { ConfSettings } from './settings';

const LOG_FIELDS = {
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

const COMPRESSED = 'text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml';

const files = (): Line[] => [
  'include /etc/nginx/mime.types;',
  'default_type application/octet-stream;',
  ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path /tmp/${name};`),
  'sendfile on;',
  'tcp_nopush on;',
  'server_names_hash_bucket_size 512;',
  'server_tokens off;',
  '# Clients do not know the ports inside the pod.',
  'absolute_redirect off;',
];

const logs = (): Line[] => [
  `log_format json escape=json '{${Object.entries(LOG_FIELDS)
    .map(([name, variable]) => `"${name}":"${variable}"`)
    .join(',')}}';`,
  'access_log /dev/stdout json;',
];

const clients = ({ uploadLimit, timeouts }: ConfSettings): Line[] => [
  'keepalive_timeout 75s;',
  `client_header_timeout ${timeouts.header}s;`,
  `client_body_timeout ${timeouts.body}s;`,
  `send_timeout ${timeouts.body}s;`,
  'reset_timedout_connection on;',
  `client_max_body_size ${uploadLimit};`,
];

const compression = (): Line[] => [
  'gzip on;',
  'gzip_comp_level 4;',
  'gzip_min_length 1024;',
  'gzip_proxied any;',
  'gzip_vary on;',
  `gzip_types ${COMPRESSED};`,
];

export function httpSettings(settings: ConfSettings): Line[] {
  return paragraphs(files(), logs(), clients(settings), compression());
}

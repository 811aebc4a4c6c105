import type { Concern } from './concern';

/** Where nginx finds and puts its files. */
export const files: Concern = {
  http: () => [
    'include /etc/nginx/mime.types;',
    'default_type application/octet-stream;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path /tmp/${name};`),
    'sendfile on;',
    'tcp_nopush on;',
    'server_names_hash_bucket_size 512;',
    'server_tokens off;',
    '# Clients do not know the ports inside the pod.',
    'absolute_redirect off;',
  ],
};

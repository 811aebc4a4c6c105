import type { Concern } from './concern';

/** Where nginx finds and puts its files. */
export const files: Concern = {
  http: ({ nginx: { tls } }) => [
    'include /etc/nginx/mime.types;',
    'default_type application/octet-stream;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path /tmp/${name};`),
    'sendfile on;',
    'tcp_nopush on;',
    'server_names_hash_bucket_size 512;',
    // For maps of host names. nginx fixes it at the first map of any kind.
    ...(tls.certificates.length > 0 ? ['map_hash_bucket_size 512;'] : []),
    'server_tokens off;',
    '# Clients do not know the ports inside the pod.',
    'absolute_redirect off;',
  ],
};

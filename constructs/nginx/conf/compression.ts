import type { Concern } from './concern';

const TYPES = 'text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml';

/** Compression of what Django answers; files are compressed beforehand. */
export const compression: Concern = {
  http: () => ['gzip on;', 'gzip_comp_level 4;', 'gzip_min_length 1024;', 'gzip_proxied any;', 'gzip_vary on;', `gzip_types ${TYPES};`],
};

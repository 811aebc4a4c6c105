import type { Concern } from './concern';
import { block } from './text';

/** What Nginx makes up for where an Ingress controller ends TLS. */
export const ingress: Concern = {
  server: ({ nginx }) =>
    nginx.ingress
      ? [
          '# The controller took this request without TLS. Not all of them redirect by themselves.',
          ...block('if ($http_x_forwarded_proto = http)', 'return 308 https://$host$request_uri;'),
        ]
      : [],
};

import type { Concern } from './concern';
import { block } from './text';

const ADDRESS = '127.0.0.1:8082';
const PATH = '/stub_status';

/** Where the exporter reads the counters of Nginx. */
export const STATUS_URL = `http://${ADDRESS}${PATH}`;

/** Counters for the exporter beside Nginx. */
export const status: Concern = {
  http: ({ nginx: { metrics } }) =>
    metrics
      ? block(
          'server',
          '# Not "allow 127.0.0.1": a load balancer that is trusted with the address of the client could name this one.',
          `listen ${ADDRESS};`,
          'access_log off;',
          ...block(`location = ${PATH}`, 'stub_status;'),
          ...block('location /', 'return 404;'),
        )
      : [],
};

/** What Nginx leads requests to. */
import type { GunicornPods } from '../../config/gunicorn';
import type { Config } from '../../config/resolve';
import type { Components } from '../components';
import { PORT } from '../gunicorn/port';
import type { Upstream } from './conf/settings';

/**
 * The share of one of Nginx's pods, which do not know of each other, in the requests that a pod works on and that wait there. Of an
 * autoscaler's bounds it is that of the fewest: more of them let more wait.
 */
function share({ workers, connections, queue }: GunicornPods, { replicas }: Config['nginx']): number | undefined {
  return queue === undefined ? undefined : Math.ceil((workers * connections + queue) / replicas.min);
}

/** The pods of the site, and those of each group. */
export const upstreamsOf = (config: Config, { gunicorn }: Components): Upstream[] =>
  gunicorn.map(({ name, component, settings }) => ({
    name,
    address: `${component.name}.${config.namespace}.svc.${config.cluster.domain}`,
    port: PORT.containerPort,
    portName: PORT.name,
    maxRequests: share(settings, config.nginx),
  }));

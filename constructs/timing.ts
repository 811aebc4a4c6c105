/** Times that two components must agree on. Seconds. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';

/** Time between the moment when a pod is told to stop and the moment when it closes its door: until then nobody sends it anything new. */
export const DRAIN = 15;
/** Time that the front keeps an idle connection to Gunicorn. */
export const FRONT_IDLE = 60;
/** Gunicorn must be the last to close, or the front sends a request into a closed connection. */
export const GUNICORN_KEEP_ALIVE = FRONT_IDLE + 15;
/** How long the front believes in the addresses of pods that DNS gave it. */
export const DNS_VALID = 5;
/** Time for the cluster to tell its DNS that a pod stops. */
const NEWS = 5;
/** The drain of a pod of Gunicorn, which the front finds by DNS. */
export const gunicornDrain = ({ dnsTtl }: Config['cluster']) => NEWS + dnsTtl + DNS_VALID;
/** Longest time that the project keeps a connection to the database (`CONN_MAX_AGE`): the pooler goes on for so long when it stops. */
export const CONNECTION_AGE = 60;
/** Between the end of the last request and the moment when the kubelet kills what is left. */
export const LAST_BREATH = 5;
/** The drain of a pod of Nginx. Load balancers need up to three health checks of 10 seconds, and some more. Source: the AWS Load Balancer
 * Controller's defaults; Kubernetes, "Virtual IPs and Service Proxies", traffic to terminating endpoints. */
export const nginxDrain = ({ drain, service: { type } }: Config['nginx']) => drain ?? (type === 'LoadBalancer' ? 60 : DRAIN);
/** The longest that a pod takes to stop whose requests get so much time to end. */
export const stopTime = (grace: number, drain = DRAIN) => drain + grace + LAST_BREATH;
/** The longest that any pod of Gunicorn takes to stop. */
export const lastStop = (config: Pick<Config, 'gunicorn' | 'cluster'>) =>
  Math.max(...everyGunicorn(config).map(({ settings }) => stopTime(settings.gracefulTimeout, gunicornDrain(config.cluster))));

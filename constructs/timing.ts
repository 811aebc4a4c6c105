/** Times that two components must agree on. Seconds. */
import { everyGunicorn } from '../config/gunicorn';
import type { Config } from '../config/resolve';

/** Time between the moment when a pod is told to stop and the moment when it closes its door: until then the front forgets it. */
export const DRAIN = 15;
/** Time that the front keeps an idle connection to Gunicorn. */
export const FRONT_IDLE = 60;
/** Gunicorn must be the last to close, or the front sends a request into a closed connection. */
export const GUNICORN_KEEP_ALIVE = FRONT_IDLE + 15;
/** How long the front believes in the addresses of pods; below DRAIN, with time for the cluster to spread the news. */
export const DNS_VALID = 5;
/** Longest time that the project keeps a connection to the database (`CONN_MAX_AGE`): the pooler goes on for so long when it stops. */
export const CONNECTION_AGE = 60;
/** Between the end of the last request and the moment when the kubelet kills what is left. */
export const LAST_BREATH = 5;
/** The longest that a pod takes to stop whose requests get so much time to end. */
export const stopTime = (grace: number) => DRAIN + grace + LAST_BREATH;
/** The longest that any pod of Gunicorn takes to stop. */
export const lastStop = (config: Pick<Config, 'gunicorn'>) =>
  Math.max(...everyGunicorn(config).map(({ settings }) => stopTime(settings.gracefulTimeout)));

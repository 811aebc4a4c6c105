import type { Concern } from './concern';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

/** Nobody knows when one of the requests at the pods will end. Seconds. */
const RETRY_IN = 5;
/** Holds that time for a request that no pod takes. */
export const REFUSED = '$retry_at_pods';

type Settings = Pick<ConfSettings, 'upstreams'>;

/** Pods that take no more than a number of requests. */
const limited = ({ upstreams }: Settings) => upstreams.filter(({ maxRequests }) => maxRequests !== undefined);
export const refuses = (settings: Settings) => limited(settings).length > 0;

/** The header of every refusal, for each location that may send one. */
export const retryAtPods = (settings: Settings): Line[] => (refuses(settings) ? [`add_header Retry-After ${REFUSED} always;`] : []);

/** Which requests no pod takes, nor has seen: nginx then names the upstream where it would name a pod. */
export const queue: Concern = {
  http: (settings) => {
    const names = limited(settings).map(({ name }) => name);
    return names.length > 0
      ? [
          '# Where all pods have as much as they take, or none is ready, nginx names the upstream, and has sent nothing.',
          ...block(
            `map "$upstream_bytes_sent $upstream_addr" ${REFUSED}`,
            `"~^[0, ]+ (?:\\S+, )*(?:${names.join('|')})$" ${RETRY_IN};`,
            'default "";',
          ),
        ]
      : [];
  },
};

import type { Concern, Limits } from './concern';
import { variable } from './request-key';
import type { ConfSettings } from './settings';
import { block, paragraphs, type Line } from './text';

/** Room for 80,000 addresses of requests, or 160,000 of connections. Source: nginx, `limit_req_zone` and `limit_conn_zone`. */
const ZONE_SIZE = '10m';
/** Nobody knows when one of a visitor's requests will end. Seconds. */
const RETRY_CONNECTIONS = 1;

type Settings = Pick<ConfSettings, 'nginx'>;
type Requests = NonNullable<Limits['requests']>;
type Connections = NonNullable<Limits['connections']>;

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);
const limitsOf = ({ nginx }: Settings): Limits[] => present(nginx.locations.map(({ limits: own }) => own));
const requestsOf = (settings: Settings): Requests[] => present(limitsOf(settings).map(({ requests }) => requests));
const connectionsOf = (settings: Settings): Connections[] => present(limitsOf(settings).map(({ connections }) => connections));

/** `header:X-Api-Key` as part of a name. */
const word = (per: string) => per.toLowerCase().replace(/\W/g, '_');

/** Requests a minute as nginx writes them. */
const rateOf = ({ rate }: Requests) => (rate % 60 === 0 ? `${rate / 60}r/s` : `${rate}r/m`);
const requestsZone = (limit: Requests) => `requests_${rateOf(limit).replace('/', '')}_${word(limit.per)}`;
const connectionsZone = ({ count, per }: Connections) => `connections_${count}_${word(per)}`;

/** What every request has. nginx counts none whose value is empty. */
const ALWAYS = ['address', 'host', 'uri', 'path'];

/** What requests may lack, each once, and by which words. */
const lacking = (settings: Settings) =>
  new Map(
    [...requestsOf(settings), ...connectionsOf(settings)].filter(({ per }) => !ALWAYS.includes(per)).map(({ per }) => [word(per), per]),
  );

/** Numbered: nginx has no room for long names. */
const counted = (settings: Settings, per: string) =>
  ALWAYS.includes(per) ? variable(per) : `$limit_key_${[...lacking(settings).keys()].indexOf(word(per)) + 1}`;

/** A visitor without the value, such as a key of an API, is not a visitor without a limit. */
const fallbacks = (settings: Settings): Line[] =>
  [...lacking(settings).values()].flatMap((per) =>
    block(`map ${variable(per)} ${counted(settings, per)}`, '"" $binary_remote_addr;', `default ${variable(per)};`),
  );

/** Limits that are alike share a zone, so that a visitor has one of them for all such locations. */
function zones(settings: Settings): Line[] {
  const status = (directive: string) => [`${directive}_status 429;`, '# The access log tells of it.', `${directive}_log_level notice;`];
  const requests = requestsOf(settings).map(
    (limit) => `limit_req_zone ${counted(settings, limit.per)} zone=${requestsZone(limit)}:${ZONE_SIZE} rate=${rateOf(limit)};`,
  );
  const connections = connectionsOf(settings).map(
    (limit) => `limit_conn_zone ${counted(settings, limit.per)} zone=${connectionsZone(limit)}:${ZONE_SIZE};`,
  );
  return [
    ...(requests.length > 0 ? [...new Set(requests), ...status('limit_req')] : []),
    ...(connections.length > 0 ? [...new Set(connections), ...status('limit_conn')] : []),
  ];
}

/** The header of every refusal, for each location that may send one; Django's own answers 429 stay as they are. */
export const retryAfter = (settings: Settings): Line[] =>
  limitsOf(settings).some(({ dryRun }) => !dryRun) ? ['add_header Retry-After $retry_after always;'] : [];

const retryMap = (): Line[] =>
  block('map $limit_req_status:$limit_conn_status $retry_after', '"~(?:^|:)REJECTED(?::|$)" $retry_in;', 'default "";');

/** Fields of the access log. */
export const limitFields = (settings: Settings): Readonly<Record<string, string>> => ({
  ...(requestsOf(settings).length > 0 ? { limited: '$limit_req_status' } : {}),
  ...(connectionsOf(settings).length > 0 ? { limited_connections: '$limit_conn_status' } : {}),
});

function location({ requests, connections, dryRun }: Limits, settings: Settings): Line[] {
  const retryIn = requests ? Math.ceil(60 / requests.rate) : RETRY_CONNECTIONS;
  return [
    ...(requests ? [`limit_req zone=${requestsZone(requests)}${requests.burst > 0 ? ` burst=${requests.burst} nodelay` : ''};`] : []),
    ...(requests && dryRun ? ['limit_req_dry_run on;'] : []),
    ...(connections ? [`limit_conn ${connectionsZone(connections)} ${connections.count};`] : []),
    ...(connections && dryRun ? ['limit_conn_dry_run on;'] : []),
    ...(dryRun ? [] : [`set $retry_in ${retryIn};`, ...retryAfter(settings)]),
  ];
}

/** How much one visitor may ask for, and what one request may be. */
export const limits: Concern = {
  http: (settings) => {
    const { headers, headerSize } = settings.nginx.requestLimits;
    return paragraphs(
      [`max_headers ${headers};`, ...(headerSize === '8k' ? [] : [`large_client_header_buffers 4 ${headerSize};`])],
      [...fallbacks(settings), ...zones(settings)],
      retryAfter(settings).length > 0 ? retryMap() : [],
    );
  },
  location: ({ limits: own }, settings) => (own ? location(own, settings) : []),
};

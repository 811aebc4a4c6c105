import { DNS_VALID, FRONT_IDLE } from '../../timing';
import type { Concern } from './concern';
import { variable } from './request-key';
import type { ConfSettings, Upstream } from './settings';
import { block, paragraphs, type Line } from './text';

type Balance = ConfSettings['nginx']['balance'];

/** Directives of each algorithm. Round robin is what nginx does without any. */
const METHODS: Readonly<Record<Balance['method'], (settings: Balance) => Line[]>> = {
  round_robin: () => [],
  least_conn: () => ['least_conn;'],
  ip_hash: () => ['# By the first three numbers of an IPv4 address, or the whole of an IPv6 address.', 'ip_hash;'],
  hash: ({ key }) => [
    '# Requests without such a value take turns. Without "consistent" a pod more or less would move almost all others.',
    `hash ${variable(key ?? '')} consistent;`,
  ],
  random: () => ['random two least_conn;'],
  sticky: ({ cookie }) => [
    '# For the first request of a visitor, and when the pod of the cookie is gone.',
    'least_conn;',
    `sticky cookie ${cookie ?? 'route'} path=/ httponly secure samesite=lax;`,
  ],
  least_time: () => ['least_time header;'],
};

/** 1 is what nginx takes without being told. */
const share = (weight: number) => (weight === 1 ? '' : ` weight=${weight}`);

/**
 * A consistent hash goes by the names of servers, and all addresses of one name are one server to it. Of the records of a headless
 * Service, those of a named port (SRV) have a name for each pod. They also have weights, which change with the number of pods, and
 * which nginx takes for weight=1: so all weights are doubled. Source: nginx 1.30.6 itself, ngx_http_upstream_hash_module.c.
 */
const BY_NAME = [
  '# By the name that DNS has for each pod: for the hash, all addresses of one name are one server.',
  '# Not weight=1, for which the weights of DNS would stand, that change with the number of pods.',
];

function servers(
  { method, weight: ofPods, servers: outside, maxFails, failTimeout }: Balance,
  { address, port, portName, maxRequests }: Upstream,
): Line[] {
  const byName = method === 'hash';
  const weight = (given: number) => share(byName ? 2 * given : given);
  const judged = `max_fails=${maxFails} fail_timeout=${failTimeout}s`;
  const most = maxRequests === undefined ? '' : ` max_conns=${maxRequests}`;
  return [
    ...(byName ? BY_NAME : []),
    byName
      ? `server ${address} service=${portName} resolve${weight(ofPods)}${most} ${judged};`
      : `server ${address}:${port} resolve${weight(ofPods)}${most} ${judged};`,
    ...(outside.length > 0 ? ['# Outside of the stack.'] : []),
    ...outside.map((one) => `server ${one.address}:${one.port}${weight(one.weight)} ${judged}${one.backup ? ' backup' : ''};`),
  ];
}

/** What holds for the pods of the site; in a group they are alike, and alone. */
const balanceOf = ({ balance: site }: ConfSettings['nginx'], { name }: Upstream): Balance =>
  name === 'gunicorn' ? site : { ...site, method: 'least_conn', weight: 1, servers: [] };

const upstreamBlock = (settings: Balance, upstream: Upstream): Line[] =>
  block(
    `upstream ${upstream.name}`,
    `zone ${upstream.name} 256k;`,
    METHODS[settings.method](settings),
    servers(settings, upstream),
    `keepalive ${settings.keepalive};`,
    settings.keepalive > 0 ? `keepalive_timeout ${FRONT_IDLE}s;` : [],
  );

/** The pods of Gunicorn, which nginx follows behind a headless Service: it asks DNS again while it runs, and starts when there are none. */
export const balance: Concern = {
  http: ({ nginx, upstreams, dns }) =>
    paragraphs(
      [`resolver ${dns} valid=${DNS_VALID}s ipv6=off;`, 'resolver_timeout 5s;'],
      ...upstreams.map((upstream) => upstreamBlock(balanceOf(nginx, upstream), upstream)),
    ),
};

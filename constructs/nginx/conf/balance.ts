import { DNS_VALID, FRONT_IDLE } from '../../timing';
import type { Concern } from './concern';
import { variable } from './request-key';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

/** The upstream group. */
export const UPSTREAM = 'gunicorn';

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
  { address, port, portName }: ConfSettings['upstream'],
): Line[] {
  const byName = method === 'hash';
  const weight = (given: number) => share(byName ? 2 * given : given);
  const judged = `max_fails=${maxFails} fail_timeout=${failTimeout}s`;
  return [
    ...(byName ? BY_NAME : []),
    byName
      ? `server ${address} service=${portName} resolve${weight(ofPods)} ${judged};`
      : `server ${address}:${port} resolve${weight(ofPods)} ${judged};`,
    ...(outside.length > 0 ? ['# Outside of the stack.'] : []),
    ...outside.map((one) => `server ${one.address}:${one.port}${weight(one.weight)} ${judged}${one.backup ? ' backup' : ''};`),
  ];
}

/** The pods of Gunicorn, which nginx follows behind a headless Service: it asks DNS again while it runs, and starts when there are none. */
export const balance: Concern = {
  http: ({ nginx: { balance: settings }, upstream, dns }) => [
    `resolver ${dns} valid=${DNS_VALID}s ipv6=off;`,
    'resolver_timeout 5s;',
    '',
    ...block(
      `upstream ${UPSTREAM}`,
      `zone ${UPSTREAM} 256k;`,
      METHODS[settings.method](settings),
      servers(settings, upstream),
      `keepalive ${settings.keepalive};`,
      settings.keepalive > 0 ? `keepalive_timeout ${FRONT_IDLE}s;` : [],
    ),
  ],
};

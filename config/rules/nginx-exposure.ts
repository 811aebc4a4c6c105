/** What must hold between what stands in front of Nginx and other settings. */
import { isIPv4 } from 'node:net';
import type { Problem } from '../problems';
import type { Config } from '../resolve';
import type { Rule } from '../rules';

/** Names of one HTTPRoute. Source: its definition, Gateway API. */
const MOST_NAMES = 16;

/** The setting of what ends TLS in front of Nginx, if anything does. */
function endsTls({ nginx: { ingress, gateway } }: Config): string | undefined {
  if (ingress) return 'nginx.ingress';
  return gateway?.route === 'HTTPRoute' ? 'nginx.gateway (HTTPRoute)' : undefined;
}

export const exposureRules: readonly Rule[] = [
  ({ nginx: { ingress, gateway } }) =>
    ingress !== undefined &&
    gateway !== undefined && { path: ['nginx', 'gateway'], message: 'does not go with nginx.ingress: take one of them' },
  (config) => {
    const { realIp } = config.nginx;
    const by = endsTls(config);
    if (by === undefined) return undefined;
    if (!realIp) {
      return {
        path: ['nginx', 'realIp'],
        message:
          `is needed with ${by}, which hands requests on: otherwise logs, limits, access lists and Django take its address for that ` +
          'of every client; name the range of its pods, such as { from: [10.244.0.0/16] }',
      };
    }
    return (
      realIp.header === 'proxy_protocol' && {
        path: ['nginx', 'realIp', 'header'],
        message: `must be a header such as X-Forwarded-For with ${by}, which speaks HTTP to Nginx, got ${realIp.header}`,
      }
    );
  },
  ({ nginx: { gateway, realIp } }) =>
    gateway?.route === 'TLSRoute' &&
    realIp !== undefined &&
    realIp.header !== 'proxy_protocol' && {
      path: ['nginx', 'realIp', 'header'],
      message:
        `must be proxy_protocol with nginx.gateway (TLSRoute), got ${realIp.header}: the Gateway cannot write a header into TLS, ` +
        'so the word would be that of the client itself',
    },
  (config) => {
    const by = endsTls(config);
    return (
      by !== undefined &&
      config.nginx.tls.clientCa !== undefined && {
        path: ['nginx', 'tls', 'clientCa'],
        message: `does not go with ${by}, which ends TLS, so that Nginx sees no certificate of a client: take a TLSRoute, or a Service alone`,
      }
    );
  },
  ({ django, nginx: { ingress, gateway, names } }) => {
    const address = names.find((name) => isIPv4(name));
    return (
      (ingress ?? gateway) !== undefined &&
      address !== undefined && {
        path: django.hosts.includes(address) ? ['django', 'hosts'] : ['nginx', 'redirects'],
        message: `must hold names alone with nginx.${ingress ? 'ingress' : 'gateway'}, which does not go by addresses, got ${address}`,
      }
    );
  },
  ({ nginx: { gateway, names } }) =>
    gateway !== undefined &&
    (gateway.route === 'HTTPRoute' || gateway.httpSectionName !== undefined) &&
    names.length > MOST_NAMES && {
      path: ['nginx', 'gateway'],
      message:
        `does not go with ${names.length} names, of which an HTTPRoute takes ${MOST_NAMES} at the most (.example.com counts as two): ` +
        'shorten django.hosts or nginx.redirects, or name the parent domain once',
    },
];

/** What works, but may surprise. */
export function exposureWarnings({ nginx: { gateway, realIp } }: Config): Problem[] {
  if (gateway?.route !== 'TLSRoute' || realIp) return [];
  return [
    {
      path: ['nginx', 'gateway'],
      message:
        'hides the addresses of clients: logs, limits, access lists and Django see that of the Gateway; ' +
        'if it can send the PROXY protocol, set nginx.realIp with its addresses and header: proxy_protocol',
    },
  ];
}

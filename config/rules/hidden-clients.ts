import type { Config } from '../resolve';

/** Why Nginx sees another address than the client's, and what to do; undefined where it sees the client's own. */
export function hiddenClients({ nginx: { realIp, service, ingress, gateway } }: Config): string | undefined {
  const name = 'name its addresses under nginx.realIp';
  if (realIp) return undefined;
  if (ingress) return `behind an Ingress all requests come from its controller: ${name}`;
  if (gateway) return `behind a Gateway all requests come from it: ${name}`;
  if (service.type === 'ClusterIP') return `behind a ClusterIP all requests come from what stands in front of it: ${name}`;
  if (service.externalTrafficPolicy === 'Local') return undefined;
  return (
    `behind a ${service.type} with externalTrafficPolicy Cluster requests come from the addresses of nodes: ` +
    'set nginx.service.externalTrafficPolicy: Local, or nginx.realIp'
  );
}

/** As `kubectl port-forward` comes in, whatever stands in front. */
export const isLoopback = (range: string) => range.startsWith('127.') || range === '::1/128';

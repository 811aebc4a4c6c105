/** Addresses, where the settings above let Nginx see them. */
import type { Input } from './types';

export const RANGES = ['198.51.100.0/24', '2001:db8::/32'];

/** Whether Nginx sees another address than the client's: a list of addresses is refused then. */
export function hidesClients({ nginx }: Input): boolean {
  const { service, realIp, ingress, gateway } = nginx ?? {};
  if (realIp) return false;
  if (ingress ?? gateway) return true;
  const local = service?.externalTrafficPolicy === 'Local';
  return service?.type === 'LoadBalancer' ? service.externalTrafficPolicy === 'Cluster' : service?.type !== 'NodePort' || !local;
}

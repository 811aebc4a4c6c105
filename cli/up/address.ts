/** Where the site is to be found. */
import { dnsNames } from '../../config/names';
import type { Config } from '../../config/resolve';
import { Kubectl, type Asking } from '../kubectl';

interface Service {
  readonly spec: { readonly ports: readonly { readonly name: string; readonly nodePort?: number }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

/** On this machine, where every user may listen. */
const FORWARDED = 8443;
const HTTPS = 443;

const url = (host: string, port: number) => `https://${host}${port === HTTPS ? '' : `:${port}`}/`;

/** Whether a name leads to the machine that asks, by itself (RFC 6761). */
const isLocal = (host: string) => host === 'localhost' || host.endsWith('.localhost');

/** Whether all of its names do: somebody develops against it. */
export const isDevelopment = ({ django }: Config) => django.hosts.every(isLocal);

/** What makes a site that only the cluster reaches reachable from here; nothing where it has an address of its own. */
export function forwarding({ release, nginx }: Config): string[] | undefined {
  const { service, ingress, gateway } = nginx;
  if (service.type !== 'ClusterIP' || (ingress ?? gateway)) return undefined;
  return ['port-forward', `service/${release}-nginx`, `${FORWARDED}:${service.https}`];
}

function forwarded(host: string, command: string): string[] {
  const site = url(host, FORWARDED);
  const ask = isLocal(host) ? [] : [`  curl --resolve ${host}:${FORWARDED}:127.0.0.1 --insecure ${site}`];
  return [`${site} while this runs:`, `  ${command}`, ...ask];
}

/**
 * The URL, and what it takes to reach it, in lines.
 * @param forwards the command itself forwards what has to be
 */
export async function address(kubectl: Asking, config: Config, forwards: boolean): Promise<string[]> {
  const { release, namespace, django, nginx } = config;
  const [host = ''] = dnsNames(django.hosts);
  const forward = forwarding(config);
  if (forward && forwards) return [`${url(host, FORWARDED)} until this is interrupted`];
  if (forward) return forwarded(host, new Kubectl(namespace).command(forward));
  if (nginx.ingress ?? nginx.gateway) return [`${url(host, HTTPS)} where ${host} leads to the ${nginx.ingress ? 'Ingress' : 'Gateway'}`];
  const { spec, status } = await kubectl.json<Service>('get', 'service', `${release}-nginx`);
  if (nginx.service.type === 'NodePort') {
    const port = spec.ports.find(({ name }) => name === 'https')?.nodePort ?? 0;
    return [`${url(host, port)} where ${host} leads to a node`];
  }
  const [balancer] = status?.loadBalancer?.ingress ?? [];
  const site = url(host, nginx.service.https);
  if (balancer) return [`${site} where ${host} leads to ${balancer.ip ?? balancer.hostname ?? ''}`];
  return [`${site} once its load balancer has an address:`, `  kubectl --namespace ${namespace} get service ${release}-nginx`];
}

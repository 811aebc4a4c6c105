/** Where the site is to be found. */
import { dnsNames } from '../../config/names';
import type { Config } from '../../config/resolve';
import type { Asking } from '../kubectl';

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

/** Through this machine: the only way to a Service without an address of its own. */
function forwarded({ release, namespace, nginx }: Config, host: string): string[] {
  const site = url(host, FORWARDED);
  const ask = isLocal(host) ? [] : [`  curl --resolve ${host}:${FORWARDED}:127.0.0.1 --insecure ${site}`];
  return [
    `${site} while this runs:`,
    `  kubectl --namespace ${namespace} port-forward service/${release}-nginx ${FORWARDED}:${nginx.service.https}`,
    ...ask,
  ];
}

/** The URL, and what it takes to reach it, in lines. */
export async function address(kubectl: Asking, config: Config): Promise<string[]> {
  const { release, namespace, django, nginx } = config;
  const [host = ''] = dnsNames(django.hosts);
  if (nginx.ingress ?? nginx.gateway) return [`${url(host, HTTPS)} where ${host} leads to the ${nginx.ingress ? 'Ingress' : 'Gateway'}`];
  if (nginx.service.type === 'ClusterIP') return forwarded(config, host);
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

/** Whether the cluster's DNS remembers the addresses of pods for longer than `cluster.dnsTtl` says: requests would fail whenever one stops. */
import type { Environment } from '../../config/load';
import { CommandError, tell } from '../command';
import type { Asking } from '../kubectl';

/** CoreDNS' defaults. Seconds. Source: coredns.io/plugins/kubernetes (`ttl`) and coredns.io/plugins/cache (`TTL`, `MINTTL`). */
const [TTL, CACHE_TTL, LEAST] = [5, 3600, 5];

interface Directive {
  readonly words: readonly string[];
  readonly body: readonly Directive[];
}

function parse(corefile: string): Directive[] {
  const all: Directive[] = [];
  const open = [all];
  for (const line of corefile.split('\n')) {
    const words = line.trim().split(/\s+/);
    const [first = ''] = words;
    if (first === '' || first.startsWith('#')) continue;
    if (first === '}') {
      open.pop();
      continue;
    }
    const body: Directive[] = [];
    open.at(-1)?.push({ words: words.filter((word) => word !== '{'), body });
    if (words.at(-1) === '{') open.push(body);
  }
  return all;
}

const zoneOf = (address: string) => address.replace(/^\w+:\/\//, '').replace(/,$|:\d+,?$/, '');
const covers = (zone: string, domain: string) => zone === '.' || `.${domain}`.endsWith(`.${zone}`);
const named = (body: readonly Directive[], name: string) => body.find(({ words }) => words[0] === name);

/** What answers for a domain: of the servers, that of the longest zone. */
const serverOf = (corefile: string, domain: string) =>
  parse(corefile)
    .flatMap(({ words, body }) => words.map(zoneOf).map((zone) => ({ zone, body })))
    .filter(({ zone }) => covers(zone, domain))
    .sort((a, b) => b.zone.length - a.zone.length)[0]?.body ?? [];

/** How long a server keeps answers about a domain at most; 0 where it keeps none. Seconds. */
function kept(server: readonly Directive[], domain: string): number {
  const cache = named(server, 'cache');
  if (!cache) return 0;
  const [, ...words] = cache.words;
  const zones = words.filter((word) => !/^\d+$/.test(word));
  if (zones.length > 0 && !zones.some((zone) => covers(zone, domain))) return 0;
  const off = cache.body.some(
    ({ words: [name, kind, ...some] }) =>
      name === 'disable' && kind === 'success' && (some.length === 0 || some.some((zone) => covers(zone, domain))),
  );
  return off ? 0 : Number(named(cache.body, 'success')?.words[2] ?? words.find((word) => /^\d+$/.test(word)) ?? CACHE_TTL);
}

/**
 * How long the cluster's DNS may answer with what it knew. Seconds.
 * @param corefiles that of CoreDNS, and those of caches in front of it
 * @returns undefined where none of them knows the cluster
 */
export function remembered(corefiles: readonly string[], domain: string): number | undefined {
  const servers = corefiles.map((corefile) => serverOf(corefile, domain));
  const cluster = servers.flatMap((server) => named(server, 'kubernetes') ?? [])[0];
  if (!cluster) return undefined;
  const ttl = Number(named(cluster.body, 'ttl')?.words[1] ?? TTL);
  return Math.min(Math.max(ttl, LEAST), Math.max(...servers.map((server) => kept(server, domain))));
}

async function corefileIn(kubectl: Asking, name: string): Promise<string[]> {
  try {
    const { data = {} } = await kubectl.json<{ data?: Record<string, string> }>('get', 'configmap', name, '--namespace', 'kube-system');
    return Object.values(data);
  } catch (error) {
    if (error instanceof CommandError) return []; // It may not be there, or not for everybody to see.
    throw error;
  }
}

/** Says it where the cluster's DNS remembers for longer than the file of the environment says. */
export async function warnOfDns(kubectl: Asking, { name, config: { cluster } }: Pick<Environment, 'name' | 'config'>): Promise<void> {
  const corefiles = await Promise.all(['coredns', 'node-local-dns'].map((one) => corefileIn(kubectl, one)));
  const seconds = remembered(corefiles.flat(), cluster.domain) ?? 0;
  if (seconds <= cluster.dnsTtl) return;
  tell(
    `warning: the cluster's DNS may answer for ${seconds} s with the address of a pod that stops, and cluster.dnsTtl is ${cluster.dnsTtl} s: ` +
      `requests to such pods fail. Set cluster: { dnsTtl: ${seconds}s } in environments/${name}.yaml: docs/network.md#dns-that-remembers`,
  );
}

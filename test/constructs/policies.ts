/** What network policies allow, as a cluster would read them. */
import { BlockList, isIPv4 } from 'node:net';
import type { Manifest } from '../../constructs/manifests';
import { isWorkload, template } from '../support/pods';
import type { Rendered } from '../support/stack';

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}
interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** Who is at the other end: a pod of this namespace, a pod of another one, or an address. */
export type Party = { readonly pod: Labels } | { readonly namespace: Labels } | { readonly address: string };

const selects = ({ matchLabels = {} }: Selector, labels: Labels) =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

function holds(cidrs: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function matches({ podSelector, namespaceSelector, ipBlock }: Peer, party: Party): boolean {
  if (ipBlock) return 'address' in party && holds([ipBlock.cidr], party.address) && !holds(ipBlock.except ?? [], party.address);
  if (namespaceSelector) return 'namespace' in party && selects(namespaceSelector, party.namespace);
  return 'pod' in party && podSelector !== undefined && selects(podSelector, party.pod);
}

/** Whether a pod with these labels may be connected to, or connect, on a port. */
export function allows(rendered: Rendered, type: 'Ingress' | 'Egress', pod: Labels, party: Party, port: number, protocol = 'TCP'): boolean {
  const policies = rendered.objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as Policy);
  const mine = policies.filter(({ podSelector, policyTypes }) => selects(podSelector, pod) && policyTypes.includes(type));
  if (mine.length === 0) return true;
  return mine
    .flatMap(({ ingress, egress }) => (type === 'Ingress' ? ingress : egress) ?? [])
    .some((rule) => {
      const peers = type === 'Ingress' ? rule.from : rule.to;
      return (
        (peers?.some((peer) => matches(peer, party)) ?? true) &&
        (rule.ports?.some((one) => one.port === port && one.protocol === protocol) ?? true)
      );
    });
}

/** Labels of the pods of each component. */
export const podLabels = (rendered: Rendered): Readonly<Record<string, Labels>> =>
  Object.fromEntries(
    rendered.objects.filter(isWorkload).map((object: Manifest) => {
      const { labels } = template(object).metadata;
      return [labels['app.kubernetes.io/component'] ?? '', labels];
    }),
  );

import { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import { releaseLabels, type Component, type ReleaseProps } from './component';
import { notEmpty } from './empty';

/** A connection that a component opens to another, on a TCP port by its number. */
export interface Edge {
  readonly from: Component;
  readonly to: Component;
  readonly port: number;
}

/** A connection that a component opens to a server outside of the cluster, by ranges of addresses and a TCP port. */
export interface OutsideEdge {
  readonly from: Component;
  readonly to: 'internet' | readonly string[];
  readonly port: number;
}

/** A connection that pods of another namespace open to a component, on a TCP port by its number. */
export interface NamespaceEdge {
  readonly namespace: string;
  readonly to: Component;
  readonly port: number;
}

/** Properties of `Network`. */
export interface NetworkProps {
  readonly release: ReleaseProps;
  /** Every component that has pods. */
  readonly components: readonly Component[];
  readonly edges: readonly Edge[];
  /** @default - none */
  readonly outside?: readonly OutsideEdge[];
  /** @default - none */
  readonly fromNamespaces?: readonly NamespaceEdge[];
  /** Components whose pods speak to the API server, whose address no file knows.
   * @default - none */
  readonly anywhere?: readonly Component[];
  /** Components that ask the cluster's DNS. */
  readonly resolving: readonly Component[];
  /** The cluster's DNS server: the name of a Service, or an IP address. */
  readonly dns: string;
  /** TCP ports that anybody may connect to. */
  readonly open: { readonly component: Component; readonly ports: readonly number[] };
  /** Where the application's own code may connect to, besides the edges. */
  readonly egress: { readonly components: readonly Component[]; readonly to: Config['django']['egress'] };
}

const DNS_PORT = 53;
/** Of one node; holds the caches of DNS on nodes (NodeLocal DNSCache, GKE's Cloud DNS, AKS' LocalDNS), which are no pods to a policy, and the
 * metadata services of clouds. Source: RFC 3927; kubernetes.io, "Using NodeLocal DNSCache". */
const LINK_LOCAL = '169.254.0.0/16';
/** Private, link-local, carrier and benchmark networks. Source: RFC 6890. */
const NOT_INTERNET = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  LINK_LOCAL,
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const NOT_INTERNET_6 = ['::/3', '4000::/2', '8000::/1'];
const INTERNET = [{ ipBlock: { cidr: '0.0.0.0/0', except: NOT_INTERNET } }, { ipBlock: { cidr: '::/0', except: NOT_INTERNET_6 } }];

const tcp = (port: number): k8s.NetworkPolicyPort => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) });
const podsOf = (namespace: string): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});
const pods = ({ selectorLabels }: Component): k8s.NetworkPolicyPeer => ({ podSelector: { matchLabels: { ...selectorLabels } } });

/** Closes the namespace, and opens the edges that the stack uses. */
export class Network extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkProps,
  ) {
    super(scope, id);
    this.denyAll();
    for (const component of props.components) this.allow(component);
  }

  private denyAll() {
    const { release } = this.props;
    new k8s.KubeNetworkPolicy(this, 'default-deny', {
      metadata: {
        name: `${release.release}-default-deny`,
        namespace: release.namespace,
        labels: { ...releaseLabels(release) },
        annotations: { 'argocd.argoproj.io/sync-wave': '-3' },
      },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }

  private allow(component: Component) {
    new k8s.KubeNetworkPolicy(this, component.name, {
      metadata: component.metadata({ first: true }),
      spec: {
        podSelector: { matchLabels: { ...component.selectorLabels } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: notEmpty(this.ingress(component)),
        egress: notEmpty(this.egress(component)),
      },
    });
  }

  private ingress(component: Component): k8s.NetworkPolicyIngressRule[] {
    const { edges, fromNamespaces = [], open } = this.props;
    const rules = [
      ...edges.filter(({ to }) => to === component).map(({ from, port }) => ({ from: [pods(from)], ports: [tcp(port)] })),
      ...fromNamespaces
        .filter(({ to }) => to === component)
        .map(({ namespace, port }) => ({ from: [podsOf(namespace)], ports: [tcp(port)] })),
    ];
    return open.component === component ? [...rules, { ports: open.ports.map(tcp) }] : rules;
  }

  private egress(component: Component): k8s.NetworkPolicyEgressRule[] {
    const { edges, outside = [], anywhere = [], resolving, egress } = this.props;
    if (anywhere.includes(component)) return [{}];
    return [
      ...edges.filter(({ from }) => from === component).map(({ to, port }) => ({ to: [pods(to)], ports: [tcp(port)] })),
      ...outside
        .filter(({ from }) => from === component)
        .map(({ to, port }) => ({ to: to === 'internet' ? INTERNET : to.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(port)] })),
      ...(resolving.includes(component) ? [this.dns()] : []),
      ...(egress.components.includes(component) ? ofApplication(egress.to) : []),
    ];
  }

  private dns(): k8s.NetworkPolicyEgressRule {
    const { dns } = this.props;
    const ports = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(DNS_PORT) }));
    const [, namespace = ''] = dns.split('.');
    const onNode = { ipBlock: { cidr: LINK_LOCAL } };
    // Behind the address of a Service stand pods, and most networks judge a connection by where it ends.
    if (/^[\d.]+$/.test(dns)) return { to: [{ ipBlock: { cidr: `${dns}/32` } }, podsOf('kube-system'), onNode], ports };
    return { to: [podsOf(namespace), onNode], ports };
  }
}

/** Rules for where the application may connect to outside the stack. */
function ofApplication(egress: Config['django']['egress']): k8s.NetworkPolicyEgressRule[] {
  if (egress === 'none') return [];
  if (egress !== 'internet') return egress.map(({ cidr, ports }) => ({ to: [{ ipBlock: { cidr } }], ports: ports.map(tcp) }));
  return [{ to: INTERNET }];
}

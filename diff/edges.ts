/** What a NetworkPolicy lets through, in words that can be compared. */
import type { Manifest } from '../constructs/manifests';
import { COMPONENT_LABEL } from '../constructs/component';
import { at, list, type Json } from './objects';
import { listed, value } from './words';

/** `matchLabels` and `matchExpressions` as one text; the component alone where it is said. */
function selected(selector: unknown): string {
  const labels = Object.entries((at(selector, 'matchLabels') as Json | undefined) ?? {});
  const component = labels.find(([key]) => key === COMPONENT_LABEL);
  if (component) return value(component[1]);
  const expressions = list(at(selector, 'matchExpressions')).map(({ key, operator, values }) =>
    key === COMPONENT_LABEL && Array.isArray(values)
      ? listed(values as string[])
      : `${key as string} ${operator as string} ${JSON.stringify(values ?? '')}`,
  );
  const all = [...labels.map(([key, wanted]) => `${key}=${value(wanted)}`), ...expressions];
  return all.length > 0 ? listed(all) : 'all';
}

function peer(one: Json): string {
  const { cidr, except } = (one.ipBlock as Json | undefined) ?? {};
  if (cidr !== undefined) return `${value(cidr)}${Array.isArray(except) ? ` without ${listed(except.map(value))}` : ''}`;
  const namespace = one.namespaceSelector === undefined ? '' : ` of namespaces ${selected(one.namespaceSelector)}`;
  return `pods ${one.podSelector === undefined ? 'all' : selected(one.podSelector)}${namespace}`;
}

function port({ port: from, endPort, protocol = 'TCP' }: Json): string {
  const number = from === undefined ? 'all ports' : `${value(from)}${endPort === undefined ? '' : `-${value(endPort)}`}`;
  return protocol === 'TCP' ? number : `${number}/${value(protocol)}`;
}

function allowed(policy: Manifest, direction: 'ingress' | 'egress'): string[] {
  const [peers, word] = direction === 'ingress' ? ['from', 'in from'] : ['to', 'out to'];
  const rules = at(policy, 'spec', direction);
  return list(rules).flatMap((rule) => {
    const others = list(rule[peers]).map(peer);
    const ports = list(rule.ports).map(port);
    return (others.length > 0 ? others : ['anywhere']).flatMap((other) =>
      (ports.length > 0 ? ports : ['all ports']).map((where) => `${word} ${other} on ${where}`),
    );
  });
}

/** Each direction, peer and port that it allows; none of no policy. */
export const edges = (policy: Manifest | undefined): string[] =>
  policy ? [...allowed(policy, 'ingress'), ...allowed(policy, 'egress')] : [];

/** From what differs between two sets of manifests to what will happen. */
import type { Manifest } from '../constructs/manifests';
import { CLASS_NAMES, type ClassName } from './classes';
import { diff, leaves, type Change, type Difference } from './diff';
import { found, type Rule, type Whole } from './rule';
import { RULES } from './rules';

/** One thing that will happen. */
export interface Consequence {
  readonly class: ClassName;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** A sentence, without the object that it is about. */
  readonly says: string;
  /** The single values that lead to it. */
  readonly differences: readonly Difference[];
}

function consequence(rule: Rule, differences: readonly Difference[], change: Change, whole: Whole): Consequence {
  const { kind, name, before, after } = change;
  const namespace = (after ?? before)?.metadata.namespace;
  const says = rule.says(differences, change, whole);
  return { class: rule.class, kind, name, ...(namespace === undefined ? {} : { namespace }), says, differences };
}

function ofChange(change: Change, whole: Whole): Consequence[] {
  const all = change.differences.flatMap(leaves);
  const taken = new Set<Difference>();
  return RULES.flatMap((rule) => {
    const differences = found(rule, rule.otherwise ? all.filter((one) => !taken.has(one)) : all, change, whole);
    differences.forEach((one) => taken.add(one));
    return differences.length > 0 ? [consequence(rule, differences, change, whole)] : [];
  });
}

/** Everything that will happen when `after` is applied where `before` runs, worst first. */
export function consequences(before: readonly Manifest[], after: readonly Manifest[]): Consequence[] {
  const whole = { before, after };
  const all = diff(before, after).flatMap((change) => ofChange(change, whole));
  return CLASS_NAMES.flatMap((name) => all.filter((one) => one.class === name));
}

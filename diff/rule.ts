/** Which differences lead to which class: the rules decide, and are the table in the documentation. */
import type { Manifest } from '../constructs/manifests';
import type { ClassName } from './classes';
import type { Change, Difference } from './diff';

/** Both sets of manifests, for what an object alone does not tell. */
export interface Whole {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/** What happened to an object. */
export type Fate = 'came' | 'went' | 'changed';

export interface Rule {
  readonly class: ClassName;
  /** Kinds of objects; none: all. */
  readonly kinds: readonly string[];
  /** Fields, keys joined by dots: `*` stands for any key, `**` at the end for all below; none: the object as a whole. */
  readonly fields: readonly string[];
  /** Objects whose fields are looked at.
   * @default - those that changed */
  readonly of?: readonly Fate[];
  /** Which of these differences, as the table says it.
   * @default - all */
  readonly when?: string;
  /** Takes only what no rule before it has taken. */
  readonly otherwise?: true;
  /** Decides `when`. */
  readonly holds?: (difference: Difference, change: Change, whole: Whole) => boolean;
  /** What will happen, in the words of an operator; the object's kind and name stand before it. */
  readonly says: (differences: readonly Difference[], change: Change, whole: Whole) => string;
}

export const fateOf = ({ before, after }: Change): Fate => {
  if (before && after) return 'changed';
  return before ? 'went' : 'came';
};

function matches(pattern: string, path: readonly string[]): boolean {
  const steps = pattern.split('.');
  const open = steps.at(-1) === '**';
  if (open) steps.pop();
  if (open ? path.length < steps.length : path.length !== steps.length) return false;
  return steps.every((step, index) => step === '*' || step === path[index]);
}

/** The single values, of those that differ, which the rule is about. */
export function found(rule: Rule, differences: readonly Difference[], change: Change, whole: Whole): readonly Difference[] {
  const { kinds, fields, of = ['changed'], holds = () => true } = rule;
  if (kinds.length > 0 && !kinds.includes(change.kind)) return [];
  if (!of.includes(fateOf(change))) return [];
  const about = fields.length === 0 ? differences : differences.filter(({ path }) => fields.some((field) => matches(field, path)));
  return about.filter((difference) => holds(difference, change, whole));
}

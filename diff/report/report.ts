/** What is told of a change, whatever the form. */
import type { Manifest } from '../../constructs/manifests';
import { capacity, type Capacity } from '../capacity';
import { CLASS_NAMES, type ClassName } from '../classes';
import { consequences, type Consequence } from '../consequences';

export interface Report {
  /** What the environment is called, and what it is compared with. */
  readonly environment: string;
  readonly against: string;
  /** Undefined where nothing differs. */
  readonly worst?: ClassName;
  /** Worst first. */
  readonly consequences: readonly Consequence[];
  /** What pods that stay and claims ask for, with the fewest and with the most replicas. */
  readonly capacity: { readonly before: Capacity; readonly after: Capacity };
  /** What a cluster says of it, where one is asked: what it refuses, and whether the pods find room. */
  readonly notes: readonly string[];
}

export interface ReportProps {
  readonly environment: string;
  readonly against: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  /** @default - no cluster is asked */
  readonly notes?: readonly string[];
}

export function report({ environment, against, before, after, notes = [] }: ReportProps): Report {
  const all = consequences(before, after);
  const [worst] = all;
  return {
    environment,
    against,
    ...(worst ? { worst: worst.class } : {}),
    consequences: all,
    capacity: { before: capacity(before), after: capacity(after) },
    notes,
  };
}

/** Consequences of a class, objects with the same one together. */
export interface Section {
  readonly class: ClassName;
  readonly items: readonly { readonly objects: readonly string[]; readonly says: string }[];
}

export function sections(all: readonly Consequence[]): Section[] {
  return CLASS_NAMES.flatMap((name) => {
    const own = all.filter((one) => one.class === name);
    const sentences = [...new Set(own.map(({ says }) => says))];
    const items = sentences.map((says) => ({
      says,
      objects: own.filter((one) => one.says === says).map((one) => `${one.kind} ${one.name}`),
    }));
    return items.length > 0 ? [{ class: name, items }] : [];
  });
}

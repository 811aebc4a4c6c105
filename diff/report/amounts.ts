/** The resources that a change makes more or less, as rows of a table. */
import { format, type Capacity } from '../capacity';
import type { Report } from './report';

const NAMES: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  storage: 'storage of claims',
  'ephemeral-storage': 'ephemeral storage',
};

function bounds(resource: string, { min, max }: Capacity): string {
  const [low, high] = [min, max].map((amounts) => format(resource, amounts[resource] ?? 0));
  return low === high ? `${low}` : `${low} to ${high}`;
}

/** Rows of `resource, before, after` of those that differ. */
export function amountRows({ capacity: { before, after } }: Report): [string, string, string][] {
  const names = [...new Set([before.max, after.max].flatMap((amounts) => Object.keys(amounts)))];
  return names
    .map((name): [string, string, string] => [NAMES[name] ?? name, bounds(name, before), bounds(name, after)])
    .filter(([, old, now]) => old !== now);
}

/**
 * Rows in which every two values of two variables meet, one row after the other, each value the one that meets the most new ones. The
 * libraries for it take filters of whole rows only: they stop where a row cannot be completed, and need minutes for two hundred variables.
 */

/** Some variables, and whether values of them go together. */
export interface Constraint {
  readonly variables: readonly number[];
  readonly fit: (values: readonly number[]) => boolean;
}

/** Values of two variables. */
export type Pair = readonly [one: number, first: number, other: number, second: number];

export interface Covering {
  readonly rows: readonly (readonly number[])[];
  /** Pairs that no row can have. */
  readonly impossible: readonly Pair[];
}

/** Values by variable, as far as they are drawn. */
type Draft = (number | undefined)[];

interface Check {
  readonly variables: ReadonlySet<number>;
  /** Whether values for what is not drawn yet can make it hold. */
  readonly holds: (row: Draft) => boolean;
}

/** More constraints than these, and most of the others hang on the variable. */
const HUB = 25;

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

function checkOf({ variables, fit }: Constraint, sizes: readonly number[]): Check {
  const known = new Map<string, boolean>();
  const holds = (values: Draft): boolean => {
    const key = values.join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const open = values.indexOf(undefined);
    const choices = upTo(sizes[variables[open] ?? 0] ?? 0);
    const result =
      open < 0 ? fit(values as number[]) : choices.some((value) => holds(values.map((drawn, index) => (index === open ? value : drawn))));
    known.set(key, result);
    return result;
  };
  return { variables: new Set(variables), holds: (row) => holds(variables.map((variable) => row[variable])) };
}

/** Two variables each, those with the most pairs first: the rows that they need have room for all others. */
function couples(sizes: readonly number[]): (readonly [number, number])[] {
  const pairs = ([one, other]: readonly [number, number]) => (sizes[one] ?? 0) * (sizes[other] ?? 0);
  const all = upTo(sizes.length).flatMap((one) => upTo(one).map((other) => [one, other] as const));
  return all.sort((a, b) => pairs(b) - pairs(a));
}

/** Another order in each turn, the same in every run. */
function stirred(variables: readonly number[], turn: number): number[] {
  const place = (variable: number) => ((variable + 1) * (124 * turn + 38)) % 9973;
  return [...variables].sort((one, other) => place(one) - place(other));
}

export function pairwise(sizes: readonly number[], constraints: readonly Constraint[]): Covering {
  const starts = sizes.map((_, variable) => sizes.slice(0, variable).reduce((sum, size) => sum + size, 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const met = new Uint8Array(total * total);
  const at = (one: number, first: number, other: number, second: number) =>
    ((starts[one] ?? 0) + first) * total + (starts[other] ?? 0) + second;
  const largestFirst = upTo(sizes.length).sort((one, other) => (sizes[other] ?? 0) - (sizes[one] ?? 0));
  const checks = sizes.map((): Check[] => []);
  for (const constraint of constraints) {
    const check = checkOf(constraint, sizes);
    for (const variable of constraint.variables) checks[variable]?.push(check);
  }

  /** What most of the others depend on is drawn before them, else they would be drawn in vain. */
  const hubsFirst = (variables: readonly number[]) => {
    const isHub = (variable: number) => (checks[variable]?.length ?? 0) > HUB;
    return [...variables.filter(isHub), ...variables.filter((variable) => !isHub(variable))];
  };

  const rows: number[][] = [];
  const impossible: Pair[] = [];
  const gain = (row: Draft, variable: number, value: number) =>
    row.reduce<number>((sum, drawn, other) => sum + (drawn === undefined ? 0 : 1 - (met[at(variable, value, other, drawn)] ?? 0)), 0);

  /** What a value of a variable does not go with. */
  const conflict = (row: Draft, variable: number) => checks[variable]?.find(({ holds }) => !holds(row))?.variables;

  /** Draws what is missing; or leaves the row as it was, and says which variables before these are to blame. */
  function fill(row: Draft, variables: readonly number[]): ReadonlySet<number> | undefined {
    const [variable, ...rest] = variables;
    if (variable === undefined) return undefined;
    if (row[variable] !== undefined) return fill(row, rest);
    const blamed = new Set<number>();
    const choices = upTo(sizes[variable] ?? 0).map((value) => [value, gain(row, variable, value)] as const);
    for (const [value] of choices.sort(([, a], [, b]) => b - a)) {
      row[variable] = value;
      const found: ReadonlySet<number> | undefined = conflict(row, variable) ?? fill(row, rest);
      if (found === undefined) return undefined;
      row[variable] = undefined;
      // No other value of this one would mend it.
      if (!found.has(variable)) return found;
      for (const other of found) blamed.add(other);
    }
    blamed.delete(variable);
    return blamed;
  }

  /** Draws whatever has but one value left, else all between would be drawn in vain; false where one has none. */
  function settle(row: Draft): boolean {
    for (const variable of upTo(sizes.length).filter((one) => row[one] === undefined && (checks[one]?.length ?? 0) > 0)) {
      const left = upTo(sizes[variable] ?? 0).filter((value) => {
        row[variable] = value;
        return conflict(row, variable) === undefined;
      });
      row[variable] = left.length === 1 ? left[0] : undefined;
      if (left.length === 0) return false;
      if (left.length === 1) return settle(row);
    }
    return true;
  }

  /** Of two rows, drawn in different orders, the one that meets more. */
  function rowWith([one, first, other, second]: Pair): number[] | undefined {
    const begun: Draft = sizes.map(() => undefined);
    begun[one] = first;
    begun[other] = second;
    if ((conflict(begun, one) ?? conflict(begun, other)) !== undefined || !settle(begun)) return undefined;
    const drafts = [largestFirst, stirred(largestFirst, rows.length)].map((order) => {
      const row = [...begun];
      return fill(row, hubsFirst(order)) === undefined ? row : [];
    });
    const worth = (row: Draft) => row.reduce<number>((sum, value, variable) => sum + gain(row.slice(0, variable), variable, value ?? 0), 0);
    const [best = []] = drafts.sort((a, b) => worth(b) - worth(a));
    return best.length > 0 ? (best as number[]) : undefined;
  }

  for (const [one, other] of couples(sizes)) {
    for (const first of upTo(sizes[one] ?? 0)) {
      for (const second of upTo(sizes[other] ?? 0)) {
        if (met[at(one, first, other, second)] === 1) continue;
        const row = rowWith([one, first, other, second]);
        if (row === undefined) impossible.push([one, first, other, second]);
        else rows.push(row);
        row?.forEach((value, variable) => row.forEach((drawn, another) => (met[at(variable, value, another, drawn)] = 1)));
      }
    }
  }
  return { rows, impossible };
}

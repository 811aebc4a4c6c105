/** The option matrix: environments in which every two values of two settings meet, wherever the rules allow it. */
// Not newer than 2.2.5: with a filter, 2.5.2 leaves out pairs that pass it.
import make, { criteria } from 'covertable';
import { stringify } from 'yaml';
import { jsonSchema, type Node } from '../../config/document/json-schema';
import { parseEnvironment, type Environment } from '../../config/load';
import { FACTORS, type Input, type Path } from './factors';
import { ROOT } from './stack';

export const PATHS = Object.keys(FACTORS) as Path[];

/** Two settings, and whether two of their values can stand in one file. */
type Constraint = readonly [one: Path, other: Path, fit: (one: unknown, other: unknown) => boolean];

const isGiven = (value: unknown) => value !== undefined;
const oneReplica = (mode: unknown, replicas: unknown) => mode !== 'ReadWriteOnce' || replicas === 1;
const withNodePorts = (port: unknown, type: unknown) => !isGiven(port) || type === 'NodePort' || type === 'LoadBalancer';

/** A group of settings that can be left out, and those of them that it cannot be without. */
interface Group {
  readonly path: string;
  readonly required: readonly Path[];
}

function groupsOf(node: Node, above: string): Group[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const path = `${above}${key}`;
    const required = node.required?.includes(key) ? [] : (inner.required ?? []).map((name) => `${path}.${name}` as Path);
    return [...(required.length > 0 ? [{ path, required }] : []), ...groupsOf(inner, `${path}.`)];
  });
}

export const GROUPS: readonly Group[] = groupsOf(jsonSchema(), '');

/** A file has all that a group requires, or nothing of the group. */
function wholeOrNot({ path, required }: Group): Constraint[] {
  const inside = PATHS.filter((setting) => setting.startsWith(`${path}.`));
  return required.flatMap((one) =>
    inside.map((other): Constraint => {
      const together = required.includes(other);
      return [one, other, (first, second) => isGiven(first) === isGiven(second) || (isGiven(first) && !together)];
    }),
  );
}

const CONSTRAINTS: readonly Constraint[] = [
  ...GROUPS.flatMap(wholeOrNot),
  ['django.media.accessMode', 'gunicorn.replicas', oneReplica],
  ['django.media.accessMode', 'nginx.replicas', oneReplica],
  ['nginx.service.httpNodePort', 'nginx.service.type', withNodePorts],
  ['nginx.service.httpsNodePort', 'nginx.service.type', withNodePorts],
];

/** By setting, the place of its value in the table. */
export type Drawn = Readonly<Record<string, number>>;

/** Whether values can stand in one file, as far as they are drawn. */
export function fits(drawn: Drawn): boolean {
  return CONSTRAINTS.every(([one, other, fit]) => {
    const [first, second] = [drawn[one], drawn[other]];
    return first === undefined || second === undefined || fit(FACTORS[one][first], FACTORS[other][second]);
  });
}

/** The settings of a file, from places in the table. */
export function fileOf(drawn: Drawn, row: number): Input {
  const file: Record<string, unknown> = {};
  for (const path of PATHS.filter((one) => one in drawn)) {
    const value: unknown = FACTORS[path][drawn[path] ?? 0];
    const groups = path.split('.');
    const name = groups.pop() ?? '';
    if (!isGiven(value)) continue;
    const group = groups.reduce((inside, key) => (inside[key] ??= {}) as Record<string, unknown>, file);
    group[name] = typeof value === 'function' ? (value as (above: object, row: number) => unknown)(file, row) : value;
  }
  return file as Input;
}

/** Places in the table, a row each. */
export const DRAWN: readonly Drawn[] = make(Object.fromEntries(PATHS.map((path) => [path, FACTORS[path].map((_, index) => index)])), {
  criterion: criteria.simple,
  preFilter: fits,
});

/** A file of the matrix. */
export interface Row {
  readonly file: Input;
  readonly environment: Environment;
}

function read(file: Input, row: number): Row {
  const lines: string[] = [];
  const environment = parseEnvironment(ROOT, `environments/row-${row}.yaml`, stringify(file), lines);
  if (!environment || lines.length > 0) throw new Error(`the matrix has a row that is refused:\n${lines.join('\n')}`);
  return { file, environment };
}

export const ROWS: readonly Row[] = DRAWN.map((drawn, index) => read(fileOf(drawn, index + 1), index + 1));

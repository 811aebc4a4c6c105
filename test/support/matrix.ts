/** The option matrix: environments in which every two values of two settings meet, wherever the rules allow it. */
import { criteria, make } from 'covertable';
import { stringify } from 'yaml';
import { jsonSchema, type Node } from '../../config/document/json-schema';
import { parseEnvironment, type Environment } from '../../config/load';
import { FACTORS, type Input, type Path } from './factors';
import { ROOT } from './stack';

const PATHS = Object.keys(FACTORS) as Path[];

/** A setting, and the place of one of its values in the table. */
export type Pick = readonly [path: Path, index: number];

/** Two settings, and whether two of their values can stand in one file. */
type Constraint = readonly [one: Path, other: Path, fit: (one: unknown, other: unknown) => boolean];

const isGiven = (value: unknown) => value !== undefined;
const oneReplica = (mode: unknown, replicas: unknown) => mode !== 'ReadWriteOnce' || replicas === 1;
const withNodePorts = (port: unknown, type: unknown) => !isGiven(port) || type === 'NodePort' || type === 'LoadBalancer';

/** Groups that can be left out, but not in part: a file has all of their required settings, or nothing of them. */
function constraintsOfGroups(node: Node, above: string): Constraint[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]): Constraint[] => {
    const path = `${above}${key}`;
    const whole = node.required?.includes(key) ?? false;
    const required = whole ? [] : (inner.required ?? []).map((name) => `${path}.${name}` as Path);
    const own = PATHS.filter((setting) => setting.startsWith(`${path}.`)).flatMap((setting) =>
      required.map((one): Constraint => [
        one,
        setting,
        (first, second) => (required.includes(setting) ? isGiven(first) === isGiven(second) : isGiven(first) || !isGiven(second)),
      ]),
    );
    return [...own, ...constraintsOfGroups(inner, `${path}.`)];
  });
}

const CONSTRAINTS: readonly Constraint[] = [
  ...constraintsOfGroups(jsonSchema(), ''),
  ['django.media.accessMode', 'gunicorn.replicas', oneReplica],
  ['django.media.accessMode', 'nginx.replicas', oneReplica],
  ['nginx.service.httpNodePort', 'nginx.service.type', withNodePorts],
  ['nginx.service.httpsNodePort', 'nginx.service.type', withNodePorts],
];

type Drawn = Readonly<Record<string, number>>;

/** Whether values can stand in one file, as far as they are drawn. */
export function fits(drawn: Drawn): boolean {
  return CONSTRAINTS.every(([one, other, fit]) => {
    // Those that are not drawn yet must not be read.
    if (!(one in drawn) || !(other in drawn)) return true;
    return fit(FACTORS[one][drawn[one] ?? 0], FACTORS[other][drawn[other] ?? 0]);
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

/** Spreads pairs evenly, and always alike: neighbours in the table would make many more rows. */
function spread(pairs: number[][], { indices }: { indices: Map<number, number> }): number[][] {
  const mixed = (pair: number[]) => pair.reduce((sum, value) => Math.imul(sum ^ (indices.get(value) ?? 0), 0x9e3779b1) >>> 0, 7);
  return pairs
    .map((pair) => [mixed(pair), pair] as const)
    .sort(([one], [other]) => one - other)
    .map(([, pair]) => pair);
}

/** Places in the table, a row each. */
export const DRAWN: readonly Drawn[] = make(
  Object.fromEntries(PATHS.map((path) => [path, FACTORS[path].map((_, index) => index)])),
  { criterion: criteria.simple, sorter: spread, preFilter: fits },
);

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

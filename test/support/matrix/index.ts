/** The option matrix: environments in which every two values of two settings meet, wherever the rules allow it. */
import { stringify } from 'yaml';
import { parseEnvironment, type Environment } from '../../../config/load';
import { ROOT } from '../stack';
import { CONSTRAINTS, PATHS } from './constraints';
import { FACTORS, type Input, type Path } from './factors';
import { pairwise } from './pairwise';

const COVERING = pairwise(
  PATHS.map((path) => FACTORS[path].length),
  CONSTRAINTS.map(({ paths, fit }) => ({
    variables: paths.map((path) => PATHS.indexOf(path)),
    fit: (values) => fit(...paths.map((path, index) => FACTORS[path][values[index] ?? 0])),
  })),
);

/** By setting, the place of its value in the table. */
export type Drawn = ReadonlyMap<Path, number>;

/** Every row of the matrix. */
export const DRAWN: readonly Drawn[] = COVERING.rows.map((row) => new Map(PATHS.map((path, index) => [path, row[index] ?? 0])));

/** Two values of two settings, for which no file has room. */
export const UNFIT: readonly Drawn[] = COVERING.impossible.map(([one, first, other, second]) => {
  const values = new Map([
    [one, first],
    [other, second],
  ]);
  return new Map(PATHS.flatMap((path, variable) => (values.has(variable) ? [[path, values.get(variable) ?? 0]] : [])));
});

/** The settings of a file, from places in the table. */
export function fileOf(drawn: Drawn, row: number): Input {
  const file: Record<string, unknown> = {};
  for (const path of PATHS) {
    const value: unknown = FACTORS[path][drawn.get(path) ?? 0];
    if (value === undefined || !drawn.has(path)) continue;
    const groups = path.split('.');
    const name = groups.pop() ?? '';
    const group = groups.reduce((inside, key) => (inside[key] ??= {}) as Record<string, unknown>, file);
    group[name] = typeof value === 'function' ? (value as (above: object, row: number) => unknown)(file, row) : value;
  }
  return file as Input;
}

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

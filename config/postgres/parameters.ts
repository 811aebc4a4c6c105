/** What the majors of Postgres say of their parameters. `checks/postgres/update` writes the table from their `pg_settings`. */
import { meant } from '../problems';
import table from './parameters.json';
import { inBaseUnit, unitsOf, withUnit } from './units';

/** What a server says of a parameter. */
export interface Parameter {
  /** The first and the last major that say so. */
  readonly majors: readonly [number, number];
  /** `internal` ones are shown and cannot be set. */
  readonly type: 'bool' | 'integer' | 'real' | 'enum' | 'string' | 'internal';
  /** That a bare number is in, such as `8kB`. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

const TABLE = table as unknown as Readonly<Record<string, readonly Parameter[]>>;
/** Names of parameters that belong to an extension, or to the application. Postgres keeps them until somebody reads them. */
const OF_EXTENSION = /^[a-z_][a-z0-9_$]*(?:\.[a-z_][a-z0-9_$]*)+$/;
const BOOLEANS = ['on', 'off', 'true', 'false', 'yes', 'no', '1', '0'];

const holds = (major: number, { majors: [first, last] }: Parameter) => first <= major && major <= last;

/** The parameter of that name in that major. */
export const parameter = (name: string, major: number): Parameter | undefined =>
  Object.hasOwn(TABLE, name) ? TABLE[name]?.find((one) => holds(major, one)) : undefined;

export const isOfExtension = (name: string): boolean => OF_EXTENSION.test(name);

/** Why a name cannot be set in that major; undefined where it can. */
export function nameProblem(name: string, major: number): string | undefined {
  const known = parameter(name, major);
  if (known) return known.type === 'internal' ? 'is what Postgres shows of itself, and cannot be set' : undefined;
  if (isOfExtension(name)) return undefined;
  const settable = Object.keys(TABLE).filter((one) => (parameter(one, major)?.type ?? 'internal') !== 'internal');
  const others = Object.hasOwn(TABLE, name) ? (TABLE[name] ?? []) : [];
  const [first, last] = [others[0]?.majors[0], others.at(-1)?.majors[1]];
  if (first !== undefined) return `is no parameter of Postgres ${major}, but of ${first === last ? first : `${first} to ${last}`}`;
  const best = meant(name, settable);
  return `is no parameter of Postgres ${major}${best === undefined ? '' : `; did you mean "${best}"?`}`;
}

function expectedNumber({ type, unit, min = -Infinity, max = Infinity }: Parameter): string {
  const range = `from ${withUnit(min, unit)} to ${withUnit(max, unit)}`;
  const units = unit === undefined ? '' : `, in ${unitsOf(unit).join(', ')}`;
  return `${type === 'integer' && unit === undefined ? 'a whole number' : 'a number'} ${range}${units}`;
}

function numberFits({ type, unit, min = -Infinity, max = Infinity }: Parameter, value: string): boolean {
  const number = inBaseUnit(value, unit);
  return number !== undefined && number >= min && number <= max && (type === 'real' || unit !== undefined || Number.isInteger(number));
}

/** What a value of that parameter must be, if it is not that. */
export function valueProblem(one: Parameter, value: string): string | undefined {
  const fits = (allowed: readonly string[]) => allowed.some((word) => word.toLowerCase() === value.toLowerCase());
  if (one.type === 'bool') return fits(BOOLEANS) ? undefined : 'must be on or off';
  if (one.type === 'enum') {
    const { values = [] } = one;
    return fits(values) ? undefined : `must be one of ${values.map((allowed) => allowed || '""').join(', ')}`;
  }
  if (one.type === 'string') return undefined;
  return numberFits(one, value) ? undefined : `must be ${expectedNumber(one)}`;
}

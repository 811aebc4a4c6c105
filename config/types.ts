/** The kinds of value that settings have. Each says in words what it takes, for errors and for the documentation. */
import { z } from 'zod';
import * as quantity from './quantity';

export const must = (expected: string) => ({ error: `must be ${expected}` });

/** What the documentation says of a setting that JSON schema has no words for. */
export interface Meta extends Record<string, unknown> {
  /** One sentence: what the setting does. */
  readonly description: string;
  /** The default in words, where it follows from other settings. */
  readonly derivedDefault?: string;
}

/** A string that matches a pattern. `expected` completes the sentence "must be …". */
export const text = (expected: string, pattern: RegExp) => z.string(must(expected)).regex(pattern, must(expected)).meta({ expected });

export const wholeNumber = (min: number, max: number, unit = '') => {
  const expected = `a whole number${unit && ` of ${unit}`} from ${min} to ${max}`;
  return z.number(must(expected)).int(must(expected)).min(min, must(expected)).max(max, must(expected)).meta({ expected });
};

export const yesOrNo = () => z.boolean(must('true or false')).meta({ expected: 'true or false' });

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) => {
  const expected = `one of ${values.join(', ')}`;
  return z.enum(values, must(expected)).meta({ expected });
};

export const listOf = <T extends z.ZodType>(item: T, of: string) =>
  z.array(item, must(`a list of ${of}`)).meta({ expected: `a list of ${of}` });

export const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, must('a group of settings'));

const UNITS = { s: 1, m: 60, h: 3600, d: 86400 } as const;

/** Kept as a number of seconds. */
export const duration = (min: string, max: string) => {
  const expected = `a duration from ${min} to ${max}, such as 30s, 5m, 2h or 1d`;
  const seconds = (value: string) => Number(value.slice(0, -1)) * UNITS[value.slice(-1) as keyof typeof UNITS];
  return z
    .string(must(expected))
    .refine((value) => /^\d+[smhd]$/.test(value) && seconds(value) >= seconds(min) && seconds(value) <= seconds(max), {
      ...must(expected),
      abort: true,
    })
    .transform(seconds)
    .meta({ expected });
};

const quantityOf = (expected: string, read: (value: string) => number | undefined) =>
  z
    .union([z.number(), z.string()], must(expected))
    .refine((value) => (read(String(value)) ?? 0) > 0, { ...must(expected), abort: true })
    .transform((value) => read(String(value)) ?? 0)
    .meta({ expected });

/** Kept as a number of bytes. */
export const byteCount = () => quantityOf('a quantity of bytes above 0, such as 512Mi or 20Gi', quantity.bytes);

/** Kept as a number of thousandths of a CPU. */
export const cpuCount = () => quantityOf('a quantity of CPUs above 0, such as 250m, 0.5 or 2', quantity.millicpus);

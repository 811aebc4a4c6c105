/** Units of parameters. Source: PostgreSQL, "Parameter Names and Values". */

const KIBIBYTE = 1024;

/** Bytes of each. */
const MEMORY: Readonly<Record<string, number>> = {
  B: 1,
  kB: KIBIBYTE,
  MB: KIBIBYTE ** 2,
  GB: KIBIBYTE ** 3,
  TB: KIBIBYTE ** 4,
};
/** Milliseconds of each. */
const TIME: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Octal and hexadecimal numbers, which Postgres also reads, are more often a mistake. */
const NUMBER = /^\s*([-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*$/;

const unitsLike = (base: string): Readonly<Record<string, number>> => (base.replace(/^\d+/, '') in MEMORY ? MEMORY : TIME);

/** How many of the smallest unit of its kind a base unit is, such as `8kB`. */
function sizeOf(base: string): number {
  const [, count = '', unit = ''] = /^(\d*)(\w+)$/.exec(base) ?? [];
  return Number(count || 1) * (unitsLike(base)[unit] ?? 1);
}

/** Names of the units that a parameter of that base unit takes. */
export const unitsOf = (base: string): string[] => Object.keys(unitsLike(base));

/** A value such as `64MB` in the base unit of its parameter; a bare number is in that unit already. Undefined where it cannot be read. */
export function inBaseUnit(text: string, base: string | undefined): number | undefined {
  const [, number, unit = ''] = NUMBER.exec(text) ?? [];
  if (number === undefined) return undefined;
  if (unit === '') return Number(number);
  const size = base === undefined ? undefined : unitsLike(base)[unit];
  return size === undefined || base === undefined ? undefined : (Number(number) * size) / sizeOf(base);
}

/** A number of base units as it may be written: `1024kB`. What has a meaning of its own, such as -1, has no unit. */
export function withUnit(count: number, base: string | undefined): string {
  const [, factor, unit] = /^(\d*)(\w+)$/.exec(base ?? '') ?? [];
  return unit === undefined || count <= 0 ? `${count}` : `${count * Number(factor === '' ? 1 : factor)}${unit}`;
}

/** Bytes in a value of a parameter that counts memory. */
export const bytesOf = (text: string, base: string): number => (inBaseUnit(text, base) ?? 0) * sizeOf(base);

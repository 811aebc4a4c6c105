/** Words in which constraints are said. */
import type { Path } from './factors';

/** Some settings, and whether values of them can stand in one file. */
export interface Constraint {
  readonly paths: readonly Path[];
  readonly fit: (...values: readonly unknown[]) => boolean;
}

export type Test = (value: unknown) => boolean;

export const given: Test = (value) => value !== undefined;
export const missing: Test = (value) => value === undefined;
export const is =
  (...values: readonly unknown[]): Test =>
  (value) =>
    values.includes(value);
export const not =
  (test: Test): Test =>
  (value) =>
    !test(value);

/** When all of these hold, they do not stand in one file. */
export const never = (...tests: readonly (readonly [Path, Test])[]): Constraint => ({
  paths: tests.map(([path]) => path),
  fit: (...values) => !tests.every(([, test], index) => test(values[index])),
});

/** A setting that stands only beside some values of another. */
export const needs = (one: Path, other: Path, right: Test = given) => never([one, given], [other, not(right)]);
export const notBoth = (one: Path, other: Path) => never([one, given], [other, given]);
/** When a setting is so, it takes one of others. */
export const needsOneOf = (one: Path, when: Test, others: readonly (readonly [Path, Test])[]) =>
  never([one, when], ...others.map(([path, right]) => [path, not(right)] as const));

/** What the table of settings is made of. */
import type { z } from 'zod';
import type { schema } from '../../../../config/schema';

export type Input = z.input<typeof schema>;

/** Paths of settings, down to the first that is no group with names of its own. */
type PathOf<T, Above extends string = ''> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends readonly unknown[]
    ? `${Above}${K}`
    : NonNullable<T[K]> extends object
      ? string extends keyof NonNullable<T[K]>
        ? `${Above}${K}`
        : PathOf<NonNullable<T[K]>, `${Above}${K}.`>
      : `${Above}${K}`;
}[keyof T & string];

type At<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? At<NonNullable<T[K]>, Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

export type Path = PathOf<Input>;

/** A value, or how it follows from what stands above it in the table and from the number of the row. */
type Value<T> = T | ((above: Input, row: number) => T);
export type Values<P extends Path> = readonly Value<At<Input, P> | undefined>[];

/** Settings, each at every kind of value that it takes; `undefined` leaves it out. */
export type Table<P extends Path> = { readonly [One in P]: Values<One> };

type Resources<C extends string> = Table<Extract<Path, `${C}.resources.${string}`>>;

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Amounts that fit each other, and the defaults of every component. */
export function resources<C extends string>(component: C): Resources<C> {
  const amounts = {
    'requests.cpu': [undefined, '75m', 0.05],
    'requests.memory': [undefined, '60Mi', 50_000_000],
    'requests.ephemeral-storage': [undefined, '60Mi', 50_000_000],
    'limits.cpu': [undefined, '2500m', 3],
    'limits.memory': [undefined, '1536Mi', 2_000_000_000],
    'limits.ephemeral-storage': [undefined, '2Gi', 1_500_000_000],
  };
  return Object.fromEntries(Object.entries(amounts).map(([name, values]) => [`${component}.resources.${name}`, values])) as Resources<C>;
}

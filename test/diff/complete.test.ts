/** No difference of any field is left without a class, and none is taken for less than it is. */
import fc from 'fast-check';
import type { Manifest } from '../../constructs/manifests';
import { asBadAs, type ClassName } from '../../diff/classes';
import { consequences } from '../../diff/consequences';
import { diff, leaves, type Difference } from '../../diff/diff';
import { report } from '../../diff/report/report';
import { text } from '../../diff/report/text';
import { ARCHIVED, EXTERNAL, OPERATED } from '../support/kinds';
import type { Sides } from '../support/matchers';
import { render } from '../support/stack';

const RUNS = 1000;

/** Objects of many kinds. */
const RELEASES = [
  render(),
  render({
    gunicorn: { replicas: { min: 2, max: 4 }, gpu: { count: 1 } },
    postgres: { pooler: {} },
    nginx: { service: { type: 'LoadBalancer' } },
  }),
  render(EXTERNAL),
  render({ postgres: { ...OPERATED.postgres, ...ARCHIVED.postgres, pooler: {} } }),
].map(({ objects }) => objects);

/** Every place in a value, the whole and its parts. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

/** The value with another one, or none, at a place. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const entries = Object.entries(value as object).map(
    ([name, inner]) => [name, name === key ? replaced(inner, rest, by) : (inner as unknown)] as const,
  );
  const kept = entries.filter(([, inner]) => inner !== undefined);
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** What identifies an object stays: it would be another one. */
const KEPT = [[], ['kind'], ['metadata'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels']].map((path) =>
  path.join('.'),
);

const anything = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('0', '', 'Gi', '-1', '1Gi', 'Delete', 'a.b/c', true),
  fc.dictionary(fc.constantFrom('name', 'a.b/c', '', 'spec', 'value', '*', '**'), fc.jsonValue({ maxDepth: 1 })),
);

/** What is done to some objects of a release: places get something else, and an object may go. */
const changed = fc.record({
  release: fc.nat({ max: RELEASES.length - 1 }),
  places: fc.array(fc.record({ object: fc.nat(), place: fc.nat(), value: anything }), { minLength: 1, maxLength: 4 }),
  gone: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
});
type Changed = typeof changed extends fc.Arbitrary<infer T> ? T : never;

function sides({ release, places: some, gone }: Changed): Sides {
  const all = RELEASES[release] ?? [];
  const touched = new Map<Manifest, Manifest>();
  for (const { object, place, value } of some) {
    const before = all[object % all.length];
    if (!before) continue;
    const now = touched.get(before) ?? before;
    const open = places(now).filter((path) => !KEPT.includes(path.join('.')));
    touched.set(before, replaced(now, open[place % open.length] ?? [], value) as Manifest);
  }
  return { before: [...touched.keys()], after: [...touched.values()].filter((_one, index) => index !== gone) };
}

const spelled = ({ kind, name }: { kind: string; name: string }, { path }: Difference) => JSON.stringify([kind, name, path]);

const singles = (before: readonly Manifest[], after: readonly Manifest[]) =>
  diff(before, after).flatMap((change) => change.differences.flatMap(leaves).map((one) => spelled(change, one)));

const classified = (before: readonly Manifest[], after: readonly Manifest[]) =>
  consequences(before, after).flatMap((one) => one.differences.map((difference) => spelled(one, difference)));

/** Single values that differ and lead to nothing. */
function missing(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  const known = new Set(classified(before, after));
  return singles(before, after).filter((one) => !known.has(one));
}

test('every single value that differs leads to something, in either direction', () => {
  fc.assert(
    fc.property(changed, (description) => {
      const { before, after } = sides(description);
      expect(missing(before, after)).toEqual([]);
      expect(missing(after, before)).toEqual([]);
    }),
    { numRuns: RUNS, seed: 7 },
  );
});

test('whatever it is, it can be told in sentences', () => {
  fc.assert(
    fc.property(changed, (description) => {
      const { before, after } = sides(description);
      const told = text(report({ environment: 'it', against: 'before', before, after }), 100);
      expect(told.split('\n').filter((line) => /undefined|\[object|NaN/.test(line))).toEqual([]);
    }),
    { numRuns: RUNS / 4, seed: 8 },
  );
});

/** Places where a difference is never less than that, whatever it is. */
const AT_LEAST: readonly (readonly [kind: string, path: RegExp, least: ClassName])[] = [
  ['StatefulSet', /^spec\.(selector|serviceName)/, 'immutable'],
  ['StatefulSet', /^spec\.template/, 'downtime'],
  ['PersistentVolumeClaim', /^spec\.(accessModes|storageClassName|volumeName)/, 'immutable'],
  ['Deployment', /^spec\.selector/, 'immutable'],
  ['Deployment', /^spec\.template/, 'restart'],
  ['NetworkPolicy', /^spec/, 'exposure'],
];

test('no difference is taken for less than it is', () => {
  let seen = 0;
  fc.assert(
    fc.property(changed, (description) => {
      const { before, after } = sides(description);
      const all = consequences(before, after);
      for (const change of diff(before, after).filter((one) => one.before && one.after)) {
        for (const [kind, path, least] of AT_LEAST.filter(([kind]) => kind === change.kind)) {
          if (!change.differences.some((one) => path.test(one.path.join('.')))) continue;
          seen += 1;
          expect(all.some((one) => one.kind === kind && one.name === change.name && asBadAs(one.class, least))).toBe(true);
        }
      }
    }),
    { numRuns: RUNS, seed: 9 },
  );
  expect(seen).toBeGreaterThan(RUNS / 10);
});

test('an object that goes or comes leads to something', () => {
  for (const release of RELEASES) {
    for (const object of release) {
      expect(consequences([object], []).map(({ kind }) => kind)).toContain(object.kind);
      expect(consequences([], [object]).map(({ kind }) => kind)).toContain(object.kind);
    }
  }
});

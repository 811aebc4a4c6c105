/** That the option matrix leaves nothing out that the rules allow. */
import { stringify } from 'yaml';
import { schemaProblems } from '../checks/schema';
import { jsonSchema, type Node } from '../config/document/json-schema';
import { compose } from '../constructs/compose';
import { manifests } from '../constructs/manifests';
import { FACTORS, type Path } from './support/factors';
import { DRAWN, fileOf, fits, GROUPS, PATHS, ROWS, type Drawn } from './support/matrix';
import { problems, ROOT } from './support/stack';

const SCHEMA = jsonSchema();

/** A group whose settings can all be left out is there, even when none of them is. */
const isAlwaysThere = ({ properties, required }: Node) => properties !== undefined && required === undefined;

/** Every kind of value that a part of the schema takes. */
function taken(node: Node, path: string): string[] {
  if (node.anyOf) return node.anyOf.flatMap((inner) => taken(inner, path));
  if (node.enum) return node.enum.map((value) => `${path} is ${JSON.stringify(value)}`);
  if (node.type === 'boolean') return [`${path} is true`, `${path} is false`];
  const inside = Object.entries(node.properties ?? {}).flatMap(([key, inner]) => [
    ...(node.required?.includes(key) || isAlwaysThere(inner) ? [] : [`${path}.${key} is left out`]),
    ...taken(inner, `${path}.${key}`),
  ]);
  const named = typeof node.additionalProperties === 'object' ? taken(node.additionalProperties, `${path}.*`) : [];
  const types = node.type === undefined ? [] : [node.type].flat();
  return [...types.map((type) => `${path} is of type ${type}`), ...inside, ...named, ...(node.items ? taken(node.items, `${path}[]`) : [])];
}

/** The kinds of value that stand in a part of a file. */
function given(node: Node, value: unknown, path: string): string[] {
  if (value === undefined) return isAlwaysThere(node) ? given(node, {}, path) : [`${path} is left out`];
  if (node.anyOf) return node.anyOf.flatMap((inner) => given(inner, value, path));
  if (Array.isArray(value))
    return [`${path} is of type array`, ...value.flatMap((item) => (node.items ? given(node.items, item, `${path}[]`) : []))];
  if (typeof value !== 'object' || value === null)
    return [
      `${path} is ${JSON.stringify(value)}`,
      `${path} is of type ${typeof value}`,
      ...(Number.isInteger(value) ? [`${path} is of type integer`] : []),
    ];
  const { additionalProperties: named, properties = {} } = node;
  return [
    `${path} is of type object`,
    ...Object.entries(properties).flatMap(([key, inner]) => given(inner, (value as Record<string, unknown>)[key], `${path}.${key}`)),
    ...Object.values(value).flatMap((one) => (typeof named === 'object' ? given(named, one, `${path}.*`) : [])),
  ];
}

test('every setting occurs with each of its kinds of value, and left out: a new one needs a line in test/support/factors.ts', () => {
  const shown = new Set(ROWS.flatMap(({ file }) => given(SCHEMA, file, 'file')));
  expect(taken(SCHEMA, 'file').filter((kind) => !shown.has(kind))).toEqual([]);
});

type Pair = readonly [one: Path, index: number, other: Path, index: number];

const places = (path: Path) => FACTORS[path].map((_, index) => index);
const PAIRS = PATHS.flatMap((one, index) =>
  PATHS.slice(index + 1).flatMap((other) =>
    places(one).flatMap((first) => places(other).map((second): Pair => [one, first, other, second])),
  ),
);
const drawnOf = ([one, first, other, second]: Pair): Drawn => ({ [one]: first, [other]: second });
const inWords = (pair: Pair) =>
  JSON.stringify([pair[0], FACTORS[pair[0]][pair[1]] ?? 'left out', pair[2], FACTORS[pair[2]][pair[3]] ?? 'left out']);

test('every two values of two settings meet in some row, unless they do not fit', () => {
  const missing = PAIRS.filter(([one, first, other, second]) => !DRAWN.some((row) => row[one] === first && row[other] === second));
  expect(missing.filter((pair) => fits(drawnOf(pair))).map(inWords)).toEqual([]);
});

/** The smallest file with these two values: with what every file needs, and what their groups need. */
function smallestWith(pair: Pair): object {
  const drawn = drawnOf(pair);
  const needed = PATHS.filter((path) => FACTORS[path][0] !== undefined).map((path) => [path, 0]);
  const begun = GROUPS.filter(({ path }) => Object.entries(drawn).some(([one, index]) => one.startsWith(`${path}.`) && index > 0));
  const groups = begun.flatMap(({ required }) => required.map((path) => [path, 1]));
  return fileOf({ ...Object.fromEntries([...needed, ...groups]), ...drawn } as Drawn, 1);
}

test('the rules refuse every two values that are said not to fit', () => {
  const unfit = PAIRS.filter((pair) => !fits(drawnOf(pair)));
  expect(unfit.length).toBeGreaterThan(0);
  expect(unfit.filter((pair) => problems(stringify(smallestWith(pair))).length === 0).map(inWords)).toEqual([]);
});

test('all rows together are environments side by side, and their Applications are what the schema of Argo CD takes', () => {
  const apps = compose(
    ROWS.map(({ environment }) => environment),
    ROOT,
    '',
  );
  const applications = apps.slice(ROWS.length).flatMap(manifests);
  expect(applications).toHaveLength(ROWS.filter(({ file }) => file.argocd).length);
  expect(applications.flatMap(schemaProblems)).toEqual([]);
});

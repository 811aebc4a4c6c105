/** That the option matrix leaves nothing out that the rules allow. */
import { stringify } from 'yaml';
import { schemaProblems } from '../checks/schema';
import { jsonSchema, type Node } from '../config/document/json-schema';
import { compose } from '../constructs/compose';
import { manifests } from '../constructs/manifests';
import { DRAWN, fileOf, ROWS, UNFIT, type Drawn } from './support/matrix';
import { PATHS } from './support/matrix/constraints';
import { FACTORS, type Path } from './support/matrix/factors';
import { GROUPS } from './support/matrix/groups';
import { problems, ROOT } from './support/stack';

const SCHEMA = jsonSchema();

/** A group whose settings can all be left out is there, even when none of them is. */
const isAlwaysThere = ({ properties, required }: Node) => properties !== undefined && required === undefined;

/** Every kind of value that a part of the schema takes. */
function taken(node: Node, path: string): string[] {
  if (node.anyOf) return node.anyOf.flatMap((inner) => taken(inner, path));
  if (node.enum) return node.enum.map((value) => `${path} is ${JSON.stringify(value)}`);
  if (node.const !== undefined) return [`${path} is ${JSON.stringify(node.const)}`];
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

test('every setting occurs with each of its kinds of value, and left out: a new one needs a line in test/support/matrix/factors/', () => {
  const shown = new Set(ROWS.flatMap(({ file }) => given(SCHEMA, file, 'file')));
  expect(taken(SCHEMA, 'file').filter((kind) => !shown.has(kind))).toEqual([]);
});

/** Values of two settings, the one that stands later in the table first. */
const named = (one: Path, first: number, other: Path, second: number) => `${one} ${first}, ${other} ${second}`;
const valuesOf = (one: Path, other: Path) =>
  FACTORS[one].flatMap((_, first) => FACTORS[other].map((__, second) => named(one, first, other, second)));
const pairsOf = (drawn: Drawn) => {
  const values = PATHS.flatMap((path) => (drawn.has(path) ? [[path, drawn.get(path) ?? 0] as const] : []));
  return values.flatMap(([one, first], index) => values.slice(0, index).map(([other, second]) => named(one, first, other, second)));
};
const inWords = (drawn: Drawn) => JSON.stringify([...drawn].flatMap(([path, index]) => [path, FACTORS[path][index] ?? 'left out']));

test('every two values of two settings meet in some row, unless no file has room for them', () => {
  const met = new Set([...DRAWN, ...UNFIT].flatMap(pairsOf));
  const every = PATHS.flatMap((one, index) => PATHS.slice(0, index).flatMap((other) => valuesOf(one, other)));
  expect(every.filter((pair) => !met.has(pair))).toEqual([]);
});

/** The smallest file with these values: with what every file needs, and what their groups need. */
function smallestWith(drawn: Drawn): object {
  const needed = PATHS.filter((path) => FACTORS[path][0] !== undefined).map((path) => [path, 0] as const);
  const begun = GROUPS.filter(({ path }) => [...drawn].some(([one, index]) => one.startsWith(`${path}.`) && index > 0));
  const groups = begun.flatMap(({ required }) => required.map((path) => [path, 1] as const));
  return fileOf(new Map([...needed, ...groups, ...drawn]), 1);
}

test('the rules refuse every two values for which no row has room', () => {
  expect(UNFIT).not.toEqual([]);
  expect(UNFIT.filter((drawn) => problems(stringify(smallestWith(drawn))).length === 0).map(inWords)).toEqual([]);
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

/** The table of all settings, in Markdown. */
import { isDeepStrictEqual } from 'node:util';
import { jsonSchema, type Node } from './json-schema';

interface Row {
  readonly path: string;
  readonly node: Node;
  readonly required: boolean;
}

/** Settings below a part of the schema, each with its path; of lists, those of their items. */
function rows(node: Node, path: string, around: Node = {}): Row[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, inner]): Row[] => {
    const place = path === '' ? key : `${path}.${key}`;
    const row = { path: place, node: inner, required: node.required?.includes(key) ?? false };
    return inner.properties ? rows(inner, place) : [row, ...rows(inner, place, node)];
  });
  const alternatives = (node.anyOf ?? []).flatMap((inner) => rows(inner, path));
  return [...own, ...alternatives, ...(node.items ? rowsOfItems(node.items, path, around) : [])];
}

/** What an item and the group around its list have alike stands in one row. */
function rowsOfItems(item: Node, list: string, around: Node): Row[] {
  const isAlike = ([key, inner]: [string, Node]) => isDeepStrictEqual(inner, around.properties?.[key]);
  const all = Object.entries(item.properties ?? {});
  const others = rows({ ...item, properties: Object.fromEntries(all.filter((one) => !isAlike(one))) }, `${list}[]`);
  const alike = all.filter(isAlike).map(([key]) => `\`${key}\``);
  if (alike.length === 0) return others;
  const group = `\`${list.slice(0, list.lastIndexOf('.'))}\``;
  const node = {
    expected: `what it takes in ${group} above`,
    derivedDefault: `the same as there, whatever the file sets in ${group}`,
    description: `${alike.join(', ')}, with all below them: as above.`,
  };
  return [...others, { path: `${list}[].*`, node, required: false }];
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function defaultOf({ node, required }: Row): string {
  if (required) return '**required**';
  if (node.derivedDefault !== undefined) return node.derivedDefault;
  return node.default === undefined ? 'none' : code(node.default);
}

function takes({ expected, type }: Node): string {
  return expected ?? (type === 'object' ? 'a group' : `a ${[type].flat().join(' or ')}`);
}

const HEAD = ['| setting | takes | default | what it does |', '|---|---|---|---|'];

function section(title: string, lead: string, list: readonly Row[]): string[] {
  const line = (row: Row) =>
    `| \`${row.path}\` | ${cell(takes(row.node))} | ${cell(defaultOf(row))} | ${cell(row.node.description ?? '')} |`;
  return ['', `## ${title}`, '', ...(lead === '' ? [] : [lead, '']), ...HEAD, ...list.map(line)];
}

/** The whole page. */
export function configurationPage(): string {
  const root = jsonSchema();
  const all = Object.entries(root.properties ?? {});
  const groups = all.filter(([, node]) => node.properties);
  const single: Node = { ...root, properties: Object.fromEntries(all.filter(([, node]) => !node.properties)) };
  return [
    '# Settings',
    '',
    'Every file in `environments/` describes one release in one environment: `environments/prod.yaml` becomes `dist/prod/`.',
    'This page is written by `npm run docs` from the schema in `config/`.',
    ...section('The release', '', rows(single, '')),
    ...groups.flatMap(([key, node]) => section(`\`${key}\``, node.description ?? '', rows(node, key))),
    '',
  ].join('\n');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema, type Node } from '../../config/document/json-schema';
import { configurationPage } from '../../config/document/table';
import { DOCUMENTS } from '../../cli/documents';
import { ROOT } from '../support/stack';

test.each(Object.entries(DOCUMENTS))('%s is what the sources say: run `npm run docs` after a change', (path, content) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(content());
});

/** Every setting with its path. */
function settings(node: Node, path: string): [string, Node][] {
  const inside = Object.entries(node.properties ?? {}).flatMap(([key, inner]) => settings(inner, path === '' ? key : `${path}.${key}`));
  const others = [...(node.anyOf ?? []), ...(node.items ? [node.items] : [])].flatMap((inner) =>
    settings(inner, path).filter(([name]) => name !== path),
  );
  return [...(path === '' ? [] : [[path, node] as [string, Node]]), ...inside, ...others];
}

const single = settings(jsonSchema(), '').filter(([, node]) => !node.properties);

test('every setting has one sentence, which ends with a full stop', () => {
  const without = single.filter(([, node]) => !/^[^\n]+\.$/.test(node.description ?? ''));
  expect(without.map(([name]) => name)).toEqual([]);
});

test('every setting with a range or a form says it in words', () => {
  const silent = single.filter(([, node]) => node.expected === undefined && node.type !== 'string');
  expect(silent.map(([name]) => name)).toEqual([]);
});

describe('the table', () => {
  const lines = configurationPage().split('\n');
  const line = (setting: string) => lines.find((one) => one.replaceAll('[]', '').startsWith(`| \`${setting}\` |`));
  const isOfGroup = (name: string) => name.startsWith('gunicorn.groups.') && line(name) === undefined;

  test('has a row for every setting, but for those of a group that `gunicorn` has too', () => {
    const missing = single.map(([name]) => name).filter((name) => line(name) === undefined && !isOfGroup(name));
    expect(missing).toEqual([]);
  });

  test('names those in one row, which says where each stands', () => {
    const row = line('gunicorn.groups.*') ?? '';
    const named = single.filter(([name]) => isOfGroup(name)).map(([name, node]) => [name.replace('.groups', ''), node] as const);
    expect(named.map(([name]) => name)).toContain('gunicorn.gpu.memory');
    for (const [name, node] of named) {
      expect(row).toContain(`\`${name.split('.')[1]}\``);
      expect(line(name)).toBeDefined();
      expect(node).toEqual(single.find(([other]) => other === name)?.[1]);
    }
  });
});

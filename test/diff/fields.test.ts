import { diff } from '../../diff/diff';
import type { Manifest } from '../../constructs/manifests';

const object = (spec: unknown, name = 'web', kind = 'Deployment'): Manifest => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});

test('equal manifests do not differ, whatever the order of keys', () => {
  expect(diff([object({ a: 1, b: [1] })], [object({ b: [1], a: 1 })])).toEqual([]);
});

test('a changed field is named by its path, with both values', () => {
  expect(diff([object({ replicas: 1 })], [object({ replicas: 2 })])).toEqual([
    { kind: 'Deployment', name: 'web', path: 'spec.replicas', before: 1, after: 2 },
  ]);
});

test('a field that came or went has one value', () => {
  expect(diff([object({ a: 1 })], [object({ b: null })])).toEqual([
    { kind: 'Deployment', name: 'web', path: 'spec.a', before: 1 },
    { kind: 'Deployment', name: 'web', path: 'spec.b', after: null },
  ]);
});

test('items of lists are told by their names, so that a new one moves no other', () => {
  const before = object({ env: [{ name: 'A', value: '1' }] });
  const after = object({
    env: [
      { name: 'B', value: '2' },
      { name: 'A', value: '3' },
    ],
  });
  expect(diff([before], [after]).map(({ path }) => path)).toEqual(['spec.env.A.value', 'spec.env.B']);
});

test('a list in another order differs as a whole', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  expect(diff([object({ initContainers: [a, b] })], [object({ initContainers: [b, a] })])).toEqual([
    { kind: 'Deployment', name: 'web', path: 'spec.initContainers', before: [a, b], after: [b, a] },
  ]);
});

test('items without names are told by their place', () => {
  expect(diff([object({ args: ['a', 'b'] })], [object({ args: ['a', 'c', 'd'] })]).map(({ path }) => path)).toEqual([
    'spec.args.1',
    'spec.args.2',
  ]);
});

test('an object that came or went differs as a whole', () => {
  const [a, b] = [object({}, 'a'), object({}, 'b')];
  expect(diff([a], [b])).toEqual([
    { kind: 'Deployment', name: 'a', path: '', before: a },
    { kind: 'Deployment', name: 'b', path: '', after: b },
  ]);
});

test('an object whose name follows its content is the same object', () => {
  const differences = diff([object({ a: 1 }, 'conf-0123abcd')], [object({ a: 2 }, 'conf-4567cdef')]);
  expect(differences.map(({ name, path }) => [name, path])).toEqual([
    ['conf', 'metadata.name'],
    ['conf', 'spec.a'],
  ]);
});

test('the same name in two namespaces or of two kinds is two objects', () => {
  const other = { ...object({}), metadata: { name: 'web', namespace: 'blog' } };
  expect(diff([object({}), object({}, 'web', 'Service')], [object({}), object({}, 'web', 'Service'), other])).toHaveLength(1);
});

test('a value that becomes a group differs as a whole', () => {
  expect(diff([object({ a: 1 })], [object({ a: { b: 1 } })])).toEqual([
    { kind: 'Deployment', name: 'web', path: 'spec.a', before: 1, after: { b: 1 } },
  ]);
});

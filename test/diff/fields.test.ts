import { diff as changesOf, leaves, type Difference } from '../../diff/diff';
import type { Manifest } from '../../constructs/manifests';

const object = (spec: unknown, name = 'web', kind = 'Deployment'): Manifest => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});

/** Differences as lines of a list, paths as texts. */
const diff = (before: readonly Manifest[], after: readonly Manifest[]) =>
  changesOf(before, after).flatMap(({ kind, name, differences }) =>
    differences.map(({ path, ...values }) => ({ kind, name, path: path.join('.'), ...values })),
  );

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

describe('single values', () => {
  const single = (difference: Omit<Difference, 'path'>) =>
    leaves({ path: ['a'], ...difference }).map(({ path, within, ...values }) => [path.join('.'), values, within?.join('.')]);

  test('of what came are those in it, of empty groups the group', () => {
    expect(single({ after: { b: [{ name: 'c', d: 1 }], e: {}, 'f.g/h': null } })).toEqual([
      ['a.b.c.name', { after: 'c' }, 'a'],
      ['a.b.c.d', { after: 1 }, 'a'],
      ['a.e', { after: {} }, 'a'],
      ['a.f.g/h', { after: null }, 'a'],
    ]);
  });

  test('of a group that gives way to a value are those of both', () => {
    expect(single({ before: { b: 1 }, after: 2 })).toEqual([
      ['a', { after: 2 }, undefined],
      ['a.b', { before: 1 }, 'a'],
    ]);
  });

  test('of a list in another order is the list', () => {
    const [before, after] = [
      ['a', 'b'],
      ['b', 'a'],
    ];
    expect(single({ before, after })).toEqual([['a', { before, after }, undefined]]);
  });
});

describe('Secrets', () => {
  const secret = (value: string) => ({
    ...object(undefined, 'postgres', 'Secret'),
    metadata: { name: 'postgres', namespace: 'shop', annotations: { applied: value } },
    data: { password: value },
    stringData: { user: value },
    type: 'Opaque',
  });
  const [old, now] = [secret('hunter2'), secret('hunter3')];

  test.each([
    ['that changed', [old], [now]],
    ['that came', [], [now]],
    ['that went', [old], []],
    ['that lost all values', [old], [{ ...now, data: null, stringData: 'hunter2' }]],
    ['that got values', [{ ...old, data: undefined }], [now]],
  ])('%s differ, without their values', (_what, before, after) => {
    const changes = changesOf(before, after);
    expect(changes.flatMap(({ differences }) => differences)).not.toEqual([]);
    expect(JSON.stringify(changes)).not.toContain('hunter');
  });
});

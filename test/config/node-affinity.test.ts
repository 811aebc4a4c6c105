/** Nodes of Gunicorn's pods by their labels: what a file may ask for. */
import { stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import { config, problems, SMALLEST } from '../support/stack';

const said = (gunicorn: object) => problems(stringify(merge(SMALLEST, { gunicorn }))).map((line) => line.replace(/^\S+ /, ''));
const required = (requirement: object) => said({ nodeAffinity: { required: [requirement] } });
const preferred = (requirement: object) => said({ nodeAffinity: { preferred: [requirement] } });

const GOOD = [
  { key: 'pool', operator: 'In', values: ['gpu', 'web', ''] },
  { key: 'example.com/team', operator: 'NotIn', values: ['lab'] },
  { key: 'example.com/team', operator: 'Exists' },
  { key: 'example.com/team', operator: 'DoesNotExist', values: [] },
  { key: 'cores', operator: 'Gt', values: ['0'] },
  { key: 'cores', operator: 'Lt', values: ['9'.repeat(18)] },
];

const BAD: [object, string][] = [
  [{ operator: 'Exists' }, 'key: is missing: must be the key of a label, such as pool or example.com/pool'],
  [{ key: '-pool', operator: 'Exists' }, 'key: must be the key of a label, such as pool or example.com/pool, got "-pool"'],
  [{ key: 'pool' }, 'operator: is missing: must be one of In, NotIn, Exists, DoesNotExist, Gt, Lt'],
  [{ key: 'pool', operator: 'Equal', values: ['a'] }, 'operator: must be one of In, NotIn, Exists, DoesNotExist, Gt, Lt, got "Equal"'],
  [{ key: 'pool', operator: 'In' }, 'values: is missing: operator In compares with it'],
  [{ key: 'pool', operator: 'NotIn', values: [] }, 'values: is missing: operator NotIn compares with it'],
  [{ key: 'pool', operator: 'Exists', values: ['a'] }, 'values: cannot stand beside operator Exists, which looks at no value'],
  [{ key: 'pool', operator: 'DoesNotExist', values: ['a'] }, 'values: cannot stand beside operator DoesNotExist, which looks at no value'],
  [{ key: 'cores', operator: 'Gt' }, 'values: is missing: operator Gt compares with it'],
  [{ key: 'cores', operator: 'Lt', values: ['1', '2'] }, 'values: must be a single one with operator Lt, got 2'],
  [{ key: 'cores', operator: 'Gt', values: ['1.5'] }, 'values[0]: must be a whole number with operator Gt, such as "16", got "1.5"'],
  [{ key: 'cores', operator: 'Gt', values: [''] }, 'values[0]: must be a whole number with operator Gt, such as "16", got ""'],
  [{ key: 'cores', operator: 'Gt', values: ['9'.repeat(19)] }, 'values[0]: must be a whole number with operator Gt, such as "16", got "9'],
  [
    { key: 'cores', operator: 'Gt', values: [16] },
    'values[0]: must be the value of a label, such as gpu or "16", with quotes around numbers, got 16',
  ],
  [{ key: 'pool', operator: 'In', values: ['for gpus'] }, 'values[0]: must be the value of a label, such as gpu or "16"'],
  [{ key: 'pool', operator: 'In', values: ['a'.repeat(64)] }, 'values[0]: must be the value of a label, such as gpu or "16"'],
  [{ key: 'pool', operator: 'In', values: 'gpu' }, 'values: must be a list of values, got "gpu"'],
  [{ key: 'pool', operator: 'In', value: ['gpu'] }, 'value: is not a setting; did you mean "values"?'],
];

describe.each([
  ['required', required],
  ['preferred', preferred],
] as const)('a requirement that is %s', (name, ask) => {
  test.each(GOOD)('is taken: %j', (requirement) => {
    expect(ask(requirement)).toEqual([]);
  });

  test.each(BAD)('is refused: %j', (requirement, line) => {
    expect(ask(requirement)).toContainEqual(expect.stringContaining(`gunicorn.nodeAffinity.${name}[0].${line}`));
  });
});

test('what is preferred has a weight, by itself the least, and what is required has none', () => {
  const one = { key: 'pool', operator: 'Exists' };
  const weights = config({ gunicorn: { nodeAffinity: { preferred: [one, { ...one, weight: 100 }] } } }).gunicorn.nodeAffinity.preferred;
  expect(weights.map(({ weight }) => weight)).toEqual([1, 100]);
  for (const weight of [0, 101, 1.5]) {
    expect(preferred({ ...one, weight })).toEqual([
      `gunicorn.nodeAffinity.preferred[0].weight: must be a whole number from 1 to 100, got ${weight}`,
    ]);
  }
  expect(required({ ...one, weight: 5 })).toEqual([
    'gunicorn.nodeAffinity.required[0].weight: is not a setting; allowed are key, operator, values',
  ]);
});

test('a group says it for itself, and is refused at its own place', () => {
  const group = { name: 'inference', paths: ['/predict/'], nodeAffinity: { required: [{ key: 'pool', operator: 'In' }] } };
  expect(said({ groups: [group] })).toEqual([
    'gunicorn.groups[0].nodeAffinity.required[0].values: is missing: operator In compares with it',
  ]);
});

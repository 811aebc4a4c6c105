import { merge } from '../../constructs/finish';
import { container, podSpec, variables, volume } from '../support/pods';
import { render } from '../support/stack';

const GUNICORN = { kind: 'Deployment', name: 'shop-gunicorn' };
const POD = (spec: object) => ({ spec: { template: { spec } } });
const override = (kind: string, name: string, change: object, changes: object = {}) =>
  render({ ...changes, overrides: [{ kind, name, merge: change }] });

describe('an override', () => {
  test('changes one field of one object, and nothing else', () => {
    const before = render();
    const after = override('Deployment', 'shop-gunicorn', { spec: { minReadySeconds: 10 } });
    expect(after.find('Deployment', 'shop-gunicorn')).toHaveProperty('spec.minReadySeconds', 10);
    const rest = ({ objects }: typeof before) =>
      objects.filter((object) => object.kind !== 'Deployment' || object.metadata.name !== 'shop-gunicorn');
    expect(rest(after)).toEqual(rest(before));
    const { minReadySeconds, ...spec } = after.find('Deployment', 'shop-gunicorn').spec as Record<string, unknown>;
    expect(minReadySeconds).toBe(10);
    expect(spec).toEqual(before.find('Deployment', 'shop-gunicorn').spec);
  });

  test('finds containers, variables and volumes by their names', () => {
    const after = override(
      GUNICORN.kind,
      GUNICORN.name,
      POD({
        containers: [
          {
            name: 'gunicorn',
            env: [
              { name: 'GUNICORN_THREADS', value: '9' },
              { name: 'EXTRA', value: 'yes' },
            ],
          },
          { name: 'sidecar', image: 'sidecar:1' },
        ],
        volumes: [
          { name: 'shm', emptyDir: { sizeLimit: '1Gi' } },
          { name: 'cache', emptyDir: {} },
        ],
      }),
    ).find(GUNICORN.kind, GUNICORN.name);
    const before = render().find(GUNICORN.kind, GUNICORN.name);
    expect(podSpec(after).containers.map(({ name }) => name)).toEqual(['gunicorn', 'sidecar']);
    expect(variables(container(after, 'gunicorn'))).toEqual({
      ...variables(container(before, 'gunicorn')),
      GUNICORN_THREADS: '9',
      EXTRA: 'yes',
    });
    expect(container(after, 'gunicorn').command).toEqual(container(before, 'gunicorn').command);
    expect(volume(after, 'shm').emptyDir).toEqual({ medium: 'Memory', sizeLimit: '1Gi' });
    expect(podSpec(after).volumes?.map(({ name }) => name)).toEqual([...(podSpec(before).volumes ?? []).map(({ name }) => name), 'cache']);
  });

  test('removes a field by null', () => {
    const after = override(GUNICORN.kind, GUNICORN.name, POD({ topologySpreadConstraints: null, affinity: { podAntiAffinity: null } }));
    expect(podSpec(after.find(GUNICORN.kind, GUNICORN.name))).not.toHaveProperty('topologySpreadConstraints');
    expect(podSpec(after.find(GUNICORN.kind, GUNICORN.name))).not.toHaveProperty('affinity.podAntiAffinity');
  });

  test('replaces other lists', () => {
    const after = override('Deployment', 'shop-nginx', POD({ containers: [{ name: 'nginx', command: ['nginx-debug'] }] }));
    expect(container(after.find('Deployment', 'shop-nginx'), 'nginx').command).toEqual(['nginx-debug']);
  });

  test.each([
    ['Service', 'shop-nginx', { spec: { trafficDistribution: 'PreferClose' } }],
    ['Deployment', 'shop-gunicorn', POD({ resources: { limits: { cpu: '4' } } })],
    ['StatefulSet', 'shop-postgres', { spec: { fieldOfTomorrow: { deep: [1, 2] } } }],
    ['NetworkPolicy', 'shop-nginx', { metadata: { annotations: { 'example.com/note': 'x' } } }],
  ])('can set what the types of Kubernetes 1.27 do not know: %s %s', (kind, name, change) => {
    expect(override(kind, name, change).find(kind, name)).toMatchObject(change);
  });

  test('reaches the base as well', () => {
    const change = { metadata: { labels: { team: 'web' } } };
    expect(override('Namespace', 'shop-test', change).find('Namespace', 'shop-test')).toMatchObject(change);
    expect(override('PersistentVolumeClaim', 'shop-backup', change).find('PersistentVolumeClaim', 'shop-backup')).toMatchObject(change);
  });

  test('comes after those before it', () => {
    const overrides = [10, 20].map((minReadySeconds) => ({
      ...GUNICORN,
      merge: { spec: { minReadySeconds, ...(minReadySeconds === 10 ? { paused: true } : {}) } },
    }));
    expect(render({ overrides }).find(GUNICORN.kind, GUNICORN.name)).toMatchObject({ spec: { minReadySeconds: 20, paused: true } });
  });
});

describe('an override of the migration', () => {
  const change = POD({ containers: [{ name: 'migrate', env: [{ name: 'EXTRA', value: 'yes' }] }] });
  const [plain = ''] = render().names('Job');

  test('gives the Job a new name, as its pods cannot change', () => {
    const [name] = override('Job', 'shop-migrate', change).names('Job');
    expect(name).toMatch(/^shop-migrate-[0-9a-f]{8}$/);
    expect(name).not.toBe(plain);
  });

  test('leaves the name where only the Job changes', () => {
    const after = override('Job', 'shop-migrate', { spec: { backoffLimit: 5 } });
    expect(after.names('Job')).toEqual([plain]);
    expect(after.find('Job', 'shop-migrate')).toHaveProperty('spec.backoffLimit', 5);
  });
});

describe('an override is refused', () => {
  test('when no object is called so, with the names that there are', () => {
    expect(() => override('Deployment', 'shop-web', { spec: {} })).toThrow(
      'must match exactly one object: Deployment shop-web matches none; of this kind there are shop-gunicorn, shop-nginx',
    );
    expect(() => override('Ingress', 'shop-nginx', { spec: {} })).toThrow('of this kind there are none');
  });

  test('when it says nothing of kind or name', () => {
    expect(() => render({ overrides: [{ merge: {} }] })).toThrow('overrides[0].kind');
    expect(() => render({ overrides: [{ ...GUNICORN, merge: 'x' }] })).toThrow('overrides[0].merge: must be a group of fields');
  });

  test.each([
    ['apiVersion', { apiVersion: 'apps/v2' }],
    ['kind', { kind: 'DaemonSet' }],
    ['metadata.name', { metadata: { name: 'web' } }],
    ['metadata.namespace', { metadata: { namespace: 'other' } }],
    ['spec.selector', { spec: { selector: { matchLabels: { app: 'web' } } } }],
    ['spec.selector', { spec: { selector: null } }],
  ])('when it would change %s, by which the object is found', (field, change) => {
    expect(() => override('Deployment', 'shop-gunicorn', change)).toThrow(`cannot change ${field}`);
  });

  test.each([
    ['Deployment', 'shop-gunicorn', { 'app.kubernetes.io/component': 'web' }],
    ['Deployment', 'shop-nginx', { 'app.kubernetes.io/instance': null }],
    ['StatefulSet', 'shop-postgres', { 'app.kubernetes.io/name': 'db' }],
    ['Deployment', 'shop-gunicorn', null],
  ])('when it would change labels by which %s %s finds its pods: %j', (kind, name, labels) => {
    expect(() => override(kind, name, { spec: { template: { metadata: { labels } } } })).toThrow(
      `cannot change the labels of pods by which ${kind} ${name} finds them again`,
    );
  });

  test('but not when it gives pods one label more', () => {
    const change = { spec: { template: { metadata: { labels: { team: 'web' } } } } };
    for (const [kind, name] of [
      ['Deployment', 'shop-gunicorn'],
      ['Job', 'shop-migrate'],
    ] as const)
      expect(override(kind, name, change).find(kind, name)).toMatchObject(change);
  });

  test('when it would change a ConfigMap, whose name follows its content', () => {
    expect(() => override('ConfigMap', 'shop-nginx', { data: { 'nginx.conf': '' } })).toThrow('cannot change a ConfigMap');
  });

  test('with everything that is wrong at once', () => {
    const wrong = [
      { kind: 'Deployment', name: 'a', merge: {} },
      { kind: 'Service', name: 'b', merge: {} },
    ];
    expect(() => render({ overrides: wrong })).toThrow(/Deployment a matches none[^]*Service b matches none/);
  });
});

describe('merging', () => {
  test.each([
    ['groups by key', { a: 1, b: { c: 2, d: 3 } }, { b: { c: 4 }, e: 5 }, { a: 1, b: { c: 4, d: 3 }, e: 5 }],
    ['null removes', { a: 1, b: 2 }, { a: null, c: null }, { b: 2 }],
    ['null removes inside what is new', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [
      'named things by name, new ones last',
      [
        { name: 'a', x: 1 },
        { name: 'b', x: 1 },
      ],
      [{ name: 'c' }, { name: 'b', y: 2 }],
      [{ name: 'a', x: 1 }, { name: 'b', x: 1, y: 2 }, { name: 'c' }],
    ],
    ['other lists replace', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['a value replaces a group', { a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
    ['a group replaces a value', { a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('%s', (_what, value, patch, merged) => {
    expect(merge(value, patch)).toEqual(merged);
  });

  test('leaves what it was given as it was', () => {
    const value = { a: { b: [{ name: 'c', d: 1 }] } };
    merge(value, { a: { b: [{ name: 'c', d: 2 }] } });
    expect(value).toEqual({ a: { b: [{ name: 'c', d: 1 }] } });
  });
});

test.each([{ metadata: null }, { metadata: 'x' }, { spec: null }, { metadata: { name: null } }])(
  'an override cannot take away what the stack finds an object by: %j',
  (change) => {
    expect(() => override(GUNICORN.kind, GUNICORN.name, change)).toThrow(
      /cannot change (?:metadata\.name|spec\.selector), by which the stack finds/,
    );
  },
);

test('an override by an empty list empties a list', () => {
  expect(
    podSpec(override(GUNICORN.kind, GUNICORN.name, POD({ initContainers: [] })).find(GUNICORN.kind, GUNICORN.name)).initContainers,
  ).toEqual([]);
});

test('a field of the Job that cannot change makes a new Job, and one that can does not', () => {
  const name = (change: object) => override('Job', 'shop-migrate', change).find('Job', 'shop-migrate').metadata.name;
  expect(name({ spec: { completions: 1 } })).not.toBe(name({}));
  expect(name({ spec: { activeDeadlineSeconds: 60 } })).toBe(name({}));
});

test.each([
  ['Job', 'shop-migrate', { spec: { template: { metadata: { labels: { 'app.kubernetes.io/component': 'other' } } } } }],
  [
    'CronJob',
    'shop-backup',
    { spec: { jobTemplate: { spec: { template: { metadata: { labels: { 'app.kubernetes.io/component': null } } } } } } },
  ],
])('an override cannot take the pods of %s %s out of their network policy', (kind, name, change) => {
  expect(() => override(kind, name, change)).toThrow(/cannot change the labels of pods/);
});

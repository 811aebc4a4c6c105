import { container, containers, isWorkload, podSpec, template, variables, volume } from '../support/pods';
import { render } from '../support/stack';

const deployment = (gpu: object, gunicorn: object = {}) => render({ gunicorn: { gpu, ...gunicorn } }).find('Deployment', 'shop-gunicorn');
const gunicorn = (gpu: object, more: object = {}) => container(deployment(gpu, more), 'gunicorn');
const PLAIN = ['cpu', 'ephemeral-storage', 'memory'];

describe('GPUs', () => {
  test('are a limit alone, as the request follows from it, and written as the API gives it back', () => {
    expect(gunicorn({ count: 1 }).resources.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
    expect(gunicorn({ count: 4 }).resources.limits).toMatchObject({ 'nvidia.com/gpu': '4' });
    expect(Object.keys(gunicorn({ count: 1 }).resources.requests).sort()).toEqual(PLAIN);
  });

  test('a project without them asks for nothing of that kind', () => {
    const settings = { count: 0, products: ['NVIDIA-L4'], memory: '20Gi', runtimeClass: 'nvidia' };
    expect(Object.keys(gunicorn(settings).resources.limits).sort()).toEqual(PLAIN);
    expect(podSpec(deployment(settings))).not.toHaveProperty('tolerations');
    expect(podSpec(deployment(settings))).not.toHaveProperty('runtimeClassName');
    expect(podSpec(deployment(settings))).not.toHaveProperty('affinity.nodeAffinity');
  });

  test('pods tolerate the taint of GPU nodes, whatever its value, besides those that the file names', () => {
    const taint = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
    expect(podSpec(deployment({ count: 1 })).tolerations).toEqual([taint]);
    expect(podSpec(deployment({ count: 1 }, { tolerations: [{ key: 'spot' }] })).tolerations).toEqual([
      taint,
      { key: 'spot', operator: 'Exists' },
    ]);
  });

  test.each(['nvidia.com/mig-1g.10gb', 'nvidia.com/gpu.shared'])('a slice or a share is asked for by its own name: %s', (resource) => {
    expect(gunicorn({ count: 1, resource }).resources.limits).toMatchObject({ [resource]: '1' });
    expect(gunicorn({ count: 1, resource }).resources.limits).not.toHaveProperty(['nvidia.com/gpu']);
    expect(podSpec(deployment({ count: 1, resource })).tolerations).toEqual([
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });

  test("another vendor's devices have that vendor's taint", () => {
    expect(gunicorn({ count: 2, resource: 'amd.com/gpu' }).resources.limits).toMatchObject({ 'amd.com/gpu': '2' });
    expect(podSpec(deployment({ count: 2, resource: 'amd.com/gpu' })).tolerations).toMatchObject([{ key: 'amd.com/gpu' }]);
  });

  const affinity = (gpu: object) => podSpec(deployment({ count: 1, ...gpu })).affinity;
  const terms = (...matchExpressions: object[]) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
  });
  const products = { key: 'nvidia.com/gpu.product', operator: 'In', values: ['NVIDIA-L4', 'NVIDIA-A10'] };

  test('nodes are chosen by product', () => {
    expect(affinity({ products: ['NVIDIA-L4', 'NVIDIA-A10'] })).toMatchObject(terms(products));
  });

  test.each([
    ['24Gi', '24575'],
    ['16000Mi', '15999'],
    ['24G', '22888'],
  ])('nodes are chosen by memory: at least %s is above %s MiB', (memory, above) => {
    expect(affinity({ memory })).toMatchObject(terms({ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [above] }));
  });

  test('product and memory must both be right', () => {
    expect(affinity({ products: ['NVIDIA-L4', 'NVIDIA-A10'], memory: '24Gi' })).toMatchObject(
      terms(products, { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['24575'] }),
    );
  });

  test('without such wishes any GPU node will do', () => {
    expect(affinity({})).not.toHaveProperty('nodeAffinity');
  });

  test('the RuntimeClass is that of the file', () => {
    expect(podSpec(deployment({ count: 1, runtimeClass: 'nvidia' })).runtimeClassName).toBe('nvidia');
    expect(podSpec(deployment({ count: 1 }))).not.toHaveProperty('runtimeClassName');
  });

  test('no container but Gunicorn itself asks for one', () => {
    const rendered = render({ gunicorn: { gpu: { count: 2, runtimeClass: 'nvidia', products: ['NVIDIA-L4'] } } });
    const asking = rendered.objects.filter(isWorkload).flatMap((object) =>
      containers(object)
        .filter(({ resources }) => Object.keys({ ...resources.limits, ...resources.requests }).some((name) => !PLAIN.includes(name)))
        .map(({ name }) => `${object.metadata.name} ${name}`),
    );
    expect(asking).toEqual(['shop-gunicorn gunicorn']);
  });

  /** What each container of these images is told of GPUs. */
  const told = (changes: object, image = /team\/shop/) =>
    render(changes)
      .objects.filter(isWorkload)
      .flatMap((object) =>
        containers(object)
          .filter((one) => image.test(one.image))
          .map((one) => `${one.name}: ${variables(one).NVIDIA_VISIBLE_DEVICES ?? 'nothing'}`),
      )
      .sort();

  test('the other containers of the image see none, though it says all for where NVIDIA is the default runtime', () => {
    const groups = [{ name: 'inference', paths: ['/predict/'], image: 'registry.example.com/team/shop-cuda:1', gpu: { count: 1 } }];
    const WITHOUT = ['migrate: void', 'migrated: void', 'pending: void'];
    expect(told({ gunicorn: { gpu: { count: 1 } } })).toEqual(['gunicorn: nothing', ...WITHOUT]);
    expect(told({ gunicorn: { groups } })).toEqual([
      'gunicorn: nothing',
      'gunicorn: void',
      'migrate: void',
      'migrated: void',
      'migrated: void',
      'pending: void',
    ]);
    expect(told({ gunicorn: { groups } }, /shop-cuda/)).toEqual(['gunicorn: nothing', 'migrated: void']);
  });

  test('without a GPU of NVIDIA nobody is told anything of them', () => {
    const NOTHING = ['gunicorn: nothing', 'migrate: nothing', 'migrated: nothing', 'pending: nothing'];
    expect(told({})).toEqual(NOTHING);
    expect(told({ gunicorn: { gpu: { count: 1, resource: 'amd.com/gpu' } } })).toEqual(NOTHING);
  });

  test('no other pod is kept for GPU nodes', () => {
    const rendered = render({ gunicorn: { gpu: { count: 2, runtimeClass: 'nvidia', products: ['NVIDIA-L4'] } } });
    const others = rendered.objects.filter(isWorkload).filter(({ metadata }) => metadata.name !== 'shop-gunicorn');
    expect(others).toHaveLength(5);
    for (const object of others) {
      const { spec } = template(object);
      expect(spec).not.toHaveProperty('tolerations');
      expect(spec).not.toHaveProperty('runtimeClassName');
      expect(spec).not.toHaveProperty('affinity.nodeAffinity');
    }
  });

  const rolling = (maxSurge: number, maxUnavailable: number) => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } });

  test('a release first gives a GPU back, as there may be no other', () => {
    expect(deployment({ count: 1 })).toHaveProperty('spec.strategy', rolling(0, 1));
  });

  test('with spare GPUs a release leaves no gap', () => {
    expect(deployment({ count: 1, spare: true })).toHaveProperty('spec.strategy', rolling(1, 0));
  });

  test('there is one worker for each GPU, unless the file says otherwise', () => {
    expect(gunicorn({ count: 1 }).command).toEqual(expect.arrayContaining(['-w', '1']));
    expect(gunicorn({ count: 3 }).command).toEqual(expect.arrayContaining(['-w', '3']));
    expect(gunicorn({ count: 1 }, { workers: 2 }).command).toEqual(expect.arrayContaining(['-w', '2']));
  });

  test('a worker is never replaced for its age, as it would load its model again, unless the file says otherwise', () => {
    expect(variables(gunicorn({ count: 1 })).GUNICORN_MAX_REQUESTS).toBe('0');
    expect(variables(gunicorn({ count: 1 }, { maxRequests: 100 })).GUNICORN_MAX_REQUESTS).toBe('100');
  });

  test('data loaders have half of the memory to share', () => {
    const resources = { limits: { memory: '8Gi' } };
    expect(volume(deployment({ count: 1 }, { resources }), 'shm').emptyDir).toEqual({ medium: 'Memory', sizeLimit: '4Gi' });
  });

  test('fails for a part of a device, and for more than a node has', () => {
    for (const count of [0.5, 17, -1]) expect(() => gunicorn({ count })).toThrow('gunicorn.gpu.count: must be a whole number from 0 to 16');
  });
});

test('half of an odd number of bytes is still a quantity that the API takes', () => {
  const rendered = render({ gunicorn: { gpu: { count: 1 }, resources: { limits: { memory: '1000000001' } } } });
  expect(volume(rendered.find('Deployment', 'shop-gunicorn'), 'shm').emptyDir?.sizeLimit).toBe('500M');
});

/** Which nodes take the pods of Gunicorn, by labels. */
import type { k8s } from '../../imports';
import { isWorkload, podSpec, template } from '../support/pods';
import { render } from '../support/stack';

const affinity = (gunicorn: object, name = 'shop-gunicorn') =>
  podSpec(render({ gunicorn }).find('Deployment', name)).affinity as k8s.Affinity | undefined;
const nodes = (...of: Parameters<typeof affinity>) => affinity(...of)?.nodeAffinity;
const required = (...matchExpressions: object[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
});
const TEAM = { key: 'example.com/team', operator: 'NotIn', values: ['lab', 'batch'] };
const SPOT = { key: 'example.com/spot', operator: 'DoesNotExist' };
const CORES = { key: 'example.com/cores', operator: 'Gt', values: ['7'] };

describe('node affinity', () => {
  test('what is required stands in one term, as a node that fulfils one of several is taken', () => {
    expect(nodes({ nodeAffinity: { required: [TEAM, SPOT, CORES] } })).toEqual(required(TEAM, SPOT, CORES));
  });

  test('product and memory of a device stay required beside it', () => {
    const gpu = { count: 1, products: ['NVIDIA-L4'], memory: '24Gi' };
    expect(nodes({ gpu, nodeAffinity: { required: [TEAM] } })).toEqual(
      required(
        { key: 'nvidia.com/gpu.product', operator: 'In', values: ['NVIDIA-L4'] },
        { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['24575'] },
        TEAM,
      ),
    );
  });

  test('what is preferred stands in terms of their own, each with its weight, and requires nothing', () => {
    expect(nodes({ nodeAffinity: { preferred: [{ ...TEAM, weight: 50 }, SPOT] } })).toEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 50, preference: { matchExpressions: [TEAM] } },
        { weight: 1, preference: { matchExpressions: [SPOT] } },
      ],
    });
  });

  test('both stand side by side', () => {
    expect(nodes({ nodeAffinity: { required: [SPOT], preferred: [CORES] } })).toEqual({
      ...required(SPOT),
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [CORES] } }],
    });
  });

  test('pods of one file keep to different nodes still', () => {
    expect(affinity({ nodeAffinity: { required: [TEAM] } })?.podAntiAffinity).toEqual(affinity({})?.podAntiAffinity);
    expect(affinity({})).toHaveProperty('podAntiAffinity');
  });

  test('a group has its own, and none of the others', () => {
    const group = { name: 'inference', paths: ['/predict/'], nodeAffinity: { required: [CORES] } };
    const gunicorn = { nodeAffinity: { required: [TEAM] }, groups: [group] };
    expect(nodes(gunicorn)).toEqual(required(TEAM));
    expect(nodes(gunicorn, 'shop-gunicorn-inference')).toEqual(required(CORES));
  });

  test('without it, and in pods of others, nothing is said of nodes', () => {
    expect(nodes({})).toBeUndefined();
    expect(nodes({ nodeAffinity: { required: [], preferred: [] } })).toBeUndefined();
    const others = render({ gunicorn: { nodeAffinity: { required: [TEAM], preferred: [SPOT] } } })
      .objects.filter(isWorkload)
      .filter(({ metadata }) => metadata.name !== 'shop-gunicorn');
    expect(others.length).toBeGreaterThan(3);
    for (const object of others) expect(template(object).spec).not.toHaveProperty('affinity.nodeAffinity');
  });
});

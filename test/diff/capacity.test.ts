/** What manifests ask of nodes and of storage. */
import { capacity, podRequests } from '../../diff/capacity';
import { render } from '../support/stack';

const GIBIBYTE = 2 ** 30;
const container = (memory: string, more: object = {}) => ({ resources: { requests: { memory } }, ...more });

test.each([
  ['its containers together', { containers: [container('1Gi'), container('2Gi')] }, 3],
  [
    'what runs before them, where that is more',
    { containers: [container('1Gi')], initContainers: [container('4Gi'), container('2Gi')] },
    4,
  ],
  ['what runs before them, where that is less', { containers: [container('3Gi')], initContainers: [container('2Gi')] }, 3],
  ['what runs beside them', { containers: [container('1Gi')], initContainers: [container('1Gi', { restartPolicy: 'Always' })] }, 2],
])('a pod asks for %s', (_what, pod, gibibytes) => {
  expect(podRequests(pod)).toEqual({ memory: gibibytes * GIBIBYTE });
});

test('what has a limit only asks for that', () => {
  expect(podRequests({ containers: [{ resources: { limits: { cpu: '1500m', 'nvidia.com/gpu': 2 }, requests: { cpu: 1 } } }] })).toEqual({
    cpu: 1000,
    'nvidia.com/gpu': 2,
  });
});

test('pods that an autoscaler adds are asked for at the most, and not at the least', () => {
  const { min, max } = capacity(render({ gunicorn: { replicas: { min: 2, max: 7 }, gpu: { count: 2 } } }).objects);
  expect([min['nvidia.com/gpu'], max['nvidia.com/gpu']]).toEqual([4, 14]);
  expect((max.pods ?? 0) - (min.pods ?? 0)).toBe(5);
});

test('claims are asked for, those that a StatefulSet makes for each pod too', () => {
  expect(capacity(render({ postgres: { storage: '20Gi' }, backup: { storage: '10Gi' } }).objects).max.storage).toBe(30 * GIBIBYTE);
  const claim = (name: string) => ({ metadata: { name }, spec: { resources: { requests: { storage: '4Gi' } } } });
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'it' } };
  const spec = { replicas: 3, template: { spec: {} }, volumeClaimTemplates: [claim('data')] };
  expect(capacity([{ ...set, spec }]).max.storage).toBe(12 * GIBIBYTE);
});

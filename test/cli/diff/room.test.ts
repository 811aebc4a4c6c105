/** Whether pods find room on nodes. */
import { CommandError } from '../../../cli/command';
import { room } from '../../../cli/diff/room';
import { render } from '../../support/stack';

const node = (name: string, allocatable: object, spec: object = {}, labels: object = {}) => ({
  metadata: { name, labels: { 'kubernetes.io/os': 'linux', ...labels } },
  spec,
  status: { allocatable: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110', ...allocatable } },
});
const pod = (nodeName: string, cpu: string, namespace = 'other') => ({
  metadata: { namespace },
  spec: { nodeName, containers: [{ resources: { requests: { cpu } } }] },
});

/** A cluster with these nodes and pods. */
const cluster = (nodes: readonly object[], pods: readonly object[] = []) => ({
  run: () => Promise.reject(new Error('nothing else is asked')),
  json: <T>(_get: string, what = '') => Promise.resolve({ items: what === 'nodes' ? nodes : pods } as T),
});

const GPU = { gunicorn: { replicas: 2, gpu: { count: 1 } } };
const L4 = node('a', { 'nvidia.com/gpu': '2' }, {}, { 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.memory': '23034' });
const ofNodes = (key: string, operator: string, ...values: string[]) => ({
  gunicorn: { replicas: 2, nodeAffinity: { required: [{ key, operator, ...(values.length > 0 && { values }) }] } },
});
const said = (nodes: readonly object[], pods: readonly object[] = [], changes: object = {}) =>
  room(cluster(nodes, pods), 'shop-test', render(changes).objects);

const ENOUGH = 'Its pods find room on the nodes as they are, those of a rollout too.';
const NONE = (what: string) => expect.stringMatching(new RegExp(`^No node has room for ${what}`)) as string;

test.each<[string, string, readonly object[], readonly object[], object]>([
  ['there is enough', ENOUGH, [node('a', {})], [], {}],
  ['pods of this release give theirs back', ENOUGH, [node('a', {})], [pod('a', '4', 'shop-test')], {}],
  ['pods of others keep theirs', NONE('\\d of Deployment'), [node('a', {})], [pod('a', '3500m')], {}],
  ['two nodes have it together', ENOUGH, [node('a', { cpu: '1' }), node('b', { cpu: '1500m' })], [], {}],
  ['no node has GPUs', NONE('2 of Deployment shop-gunicorn \\(each asks for .*nvidia\\.com/gpu 1\\)'), [node('a', {})], [], GPU],
  ['a node has GPUs for all', ENOUGH, [node('a', { 'nvidia.com/gpu': '2' })], [], GPU],
  ['a node has GPUs for some', NONE('1 of Deployment shop-gunicorn'), [node('a', { 'nvidia.com/gpu': '1' })], [], GPU],
  [
    'its GPUs are tainted, which pods with GPUs tolerate',
    ENOUGH,
    [node('a', {}), node('b', { 'nvidia.com/gpu': '2' }, { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] })],
    [],
    GPU,
  ],
  ['all nodes are tainted', NONE(''), [node('a', {}, { taints: [{ key: 'ours', effect: 'NoSchedule' }] })], [], {}],
  ['a taint only advises', ENOUGH, [node('a', {}, { taints: [{ key: 'ours', effect: 'PreferNoSchedule' }] })], [], {}],
  ['a node is drained', NONE(''), [node('a', {}, { unschedulable: true })], [], {}],
  ['a node has not said yet what it has', NONE(''), [{ ...node('a', {}), status: {} }], [], {}],
  ['a node takes no more pods', NONE(''), [node('a', { pods: '3' })], [], {}],
  [
    'its GPUs are of the product',
    ENOUGH,
    [L4],
    [],
    { gunicorn: { replicas: 2, gpu: { count: 1, products: ['NVIDIA-A10', 'NVIDIA-L4'] } } },
  ],
  ['its GPUs are of another product', NONE('2 of'), [L4], [], { gunicorn: { replicas: 2, gpu: { count: 1, products: ['NVIDIA-A10'] } } }],
  ['its GPUs have the memory', ENOUGH, [L4], [], { gunicorn: { replicas: 2, gpu: { count: 1, memory: '20Gi' } } }],
  ['its GPUs have too little memory', NONE('2 of'), [L4], [], { gunicorn: { replicas: 2, gpu: { count: 1, memory: '40Gi' } } }],
  ['a label is among those asked for', ENOUGH, [node('a', {})], [], ofNodes('kubernetes.io/os', 'In', 'linux', 'windows')],
  ['a label is not among those', NONE('3 of'), [node('a', {})], [], ofNodes('kubernetes.io/os', 'In', 'windows')],
  ['a label is none of those to be avoided', ENOUGH, [node('a', {})], [], ofNodes('kubernetes.io/os', 'NotIn', 'windows')],
  ['a label is one of those to be avoided', NONE('3 of'), [node('a', {})], [], ofNodes('kubernetes.io/os', 'NotIn', 'linux')],
  ['a node without the label avoids its values', ENOUGH, [node('a', {})], [], ofNodes('zone', 'NotIn', 'a')],
  ['a label is there', ENOUGH, [node('a', {})], [], ofNodes('kubernetes.io/os', 'Exists')],
  ['a label is not there', NONE('3 of'), [node('a', {})], [], ofNodes('zone', 'Exists')],
  ['a label that must not be there is', NONE('3 of'), [node('a', {})], [], ofNodes('kubernetes.io/os', 'DoesNotExist')],
  ['a label that must not be there is not', ENOUGH, [node('a', {})], [], ofNodes('zone', 'DoesNotExist')],
  ['a number is below another', ENOUGH, [L4], [], ofNodes('nvidia.com/gpu.memory', 'Lt', '23035')],
  ['a number is not below itself', NONE('3 of'), [L4], [], ofNodes('nvidia.com/gpu.memory', 'Lt', '23034')],
  ['a number is not above itself', NONE('3 of'), [L4], [], ofNodes('nvidia.com/gpu.memory', 'Gt', '23034')],
  ['what is no number is above none', NONE('3 of'), [node('a', {})], [], ofNodes('kubernetes.io/os', 'Gt', '0')],
])('%s', async (_what, expected, nodes, pods, changes) => {
  expect(await said(nodes, pods, changes)).toEqual(expected);
});

test('who may not see nodes is told so, and gets the rest', async () => {
  const forbidden = { ...cluster([]), json: () => Promise.reject(new CommandError('nodes is forbidden')) };
  expect(await room(forbidden, 'shop-test', [])).toBe('Whether its pods find room is not known: nodes is forbidden');
});

/** Whether pods find room on nodes. */
import { CommandError } from '../../../cli/command';
import { room } from '../../../cli/diff/room';
import { render } from '../../support/stack';

const node = (name: string, allocatable: object, spec: object = {}) => ({
  metadata: { name, labels: { 'kubernetes.io/os': 'linux' } },
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
  ['a node takes no more pods', NONE(''), [node('a', { pods: '3' })], [], {}],
])('%s', async (_what, expected, nodes, pods, changes) => {
  expect(await said(nodes, pods, changes)).toEqual(expected);
});

test('who may not see nodes is told so, and gets the rest', async () => {
  const forbidden = { ...cluster([]), json: () => Promise.reject(new CommandError('nodes is forbidden')) };
  expect(await room(forbidden, 'shop-test', [])).toBe('Whether its pods find room is not known: nodes is forbidden');
});

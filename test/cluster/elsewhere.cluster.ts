/** What `npm run status` says of a node that is lost, and of a volume that is attached to it: a node that is an object and no machine. */
import { AT_ONCE, Broken } from './support/broken';
import { kubectl, until } from './support/kubectl';
import { Release, WORKER } from './support/release';
import { serving } from './support/visitor';

const release = Release.shared();
const broken = new Broken(release);
const GONE = `gone-${WORKER}`;
const VOLUME = `elsewhere-${WORKER}`;
const PERSISTENT = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
const MOUNTED = { ...AT_ONCE, volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: VOLUME } }] };
const NO_FILES = { volumeMounts: [] };

const create = (object: object) => kubectl(['create', '--filename', '-'], JSON.stringify(object));
const setStatus = (kind: string, name: string, status: object, ...more: string[]) =>
  kubectl([...more, 'patch', kind, name, '--subresource=status', '--type=merge', '--patch', JSON.stringify({ status })]);
const READY = { type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString(), lastTransitionTime: new Date().toISOString() };

beforeAll(async () => {
  await serving(release);
  // No label of a host: nothing is spread over it.
  create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: GONE, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
    spec: { taints: [{ key: 'gone', effect: 'NoSchedule' }] },
  });
  setStatus('node', GONE, { conditions: [{ ...READY, reason: 'KubeletReady' }] });
});
afterAll(() => {
  broken.clear();
  release.kubectl('delete', 'persistentvolumeclaim', VOLUME, '--ignore-not-found');
  kubectl(['delete', 'persistentvolume', VOLUME, '--ignore-not-found', '--wait=false']);
  kubectl(['delete', 'node', GONE]);
});

test('node-lost: a pod whose node answers no more is told as that', async () => {
  broken.make('node-lost', { pod: { ...AT_ONCE, nodeName: GONE } });
  setStatus('pod', 'broken-node-lost', { phase: 'Running', conditions: [READY] }, '--namespace', release.namespace);
  const screen = await broken.said(new RegExp(`its node ${GONE} does not answer\n`));
  expect(screen).toMatch(/^ {2}! broken-node-lost /m);
  expect((await release.status()).code).toBe(1);
});

test('volume-elsewhere: a pod whose volume another node has is told who has it', async () => {
  const csi = { driver: 'elsewhere.example.com', volumeHandle: VOLUME };
  const claimRef = { namespace: release.namespace, name: VOLUME };
  const size = { storage: '1Mi' };
  create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: VOLUME },
    spec: { ...PERSISTENT, csi, claimRef, capacity: size },
  });
  const spec = { ...PERSISTENT, volumeName: VOLUME, resources: { requests: size } };
  release.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: VOLUME }, spec });
  broken.make('first', { pod: { ...MOUNTED, nodeName: GONE }, container: NO_FILES });
  // The driver's part.
  const attachments = () =>
    JSON.parse(kubectl(['get', 'volumeattachments', '--output=json'])) as {
      items: { metadata: { name: string }; spec: { nodeName: string } }[];
    };
  const attachment = await until('the volume to be attached', () => attachments().items.find(({ spec }) => spec.nodeName === GONE));
  setStatus('volumeattachment', attachment.metadata.name, { attached: true });
  broken.make('volume-elsewhere', { pod: MOUNTED, container: NO_FILES });
  const screen = await broken.said(/its volume is attached to another node: Multi-Attach error .* pod\(s\) broken-first\n/);
  expect(screen).toMatch(/^ {2}! broken-volume-elsewhere /m);
});

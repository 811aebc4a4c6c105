/** Causes, as objects of the API show them; most of them happen for real in test/cluster. */
import { CAUSES } from '../../../cli/status/causes';
import type { Found } from '../../../cli/status/objects';
import { claim, container, event, homeless, IMAGE, job, pod, terminated, waiting, workload } from './objects';
import { found, the, mounting } from './told';

describe('what serves has no cause', () => {
  test.each<[string, Found[]]>([
    ['pods that are ready, and what makes them', [pod(), workload('gunicorn', 1)]],
    [
      'a pod that was restarted after an end, and is ready',
      [pod({ containers: [container('gunicorn', { restartCount: 1, lastState: terminated(1) })] })],
    ],
    [
      'a pod that is ready, whatever was told of it before',
      [pod(), event(pod(), 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 400')],
    ],
    ['a pod that starts, of which nothing bad was told', [pod({ containers: [container('gunicorn', waiting('PodInitializing'))] })]],
    [
      'a pod that waits for its volumes no longer',
      [pod({ containers: [container('gunicorn', { ready: false })] }), event(pod(), 'FailedMount', 'secret "shop-django" not found')],
    ],
    [
      'a pod that was too big for the nodes of a minute ago',
      [
        pod({ containers: [container('gunicorn', waiting('ContainerCreating'))] }),
        event(pod(), 'FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.'),
      ],
    ],
    ['a pod of a Deployment that was evicted', [pod({ phase: 'Failed' })]],
    [
      'a pod of another release',
      [{ ...homeless('0/1 nodes are available: 1 Insufficient cpu.'), metadata: { name: 'blog', creationTimestamp: '', labels: {} } }],
    ],
    ['a Job that has succeeded', [job('migrate', 'Complete'), job('backup', 'Complete')]],
    ['a backup that has failed, which is told in its own place', [job('backup', 'Failed')]],
    [
      'a StatefulSet of which a pod was refused before it was there',
      [
        workload('postgres', 1, {}, 'StatefulSet'),
        pod({ component: 'postgres' }),
        event(workload('postgres', 1, {}, 'StatefulSet'), 'FailedCreate', 'exceeded quota: small, requested: pods=1'),
      ],
    ],
    [
      'a pod that needed too much memory hours ago',
      [
        pod({
          containers: [container('gunicorn', { lastState: terminated(137, { reason: 'OOMKilled', finishedAt: '2026-11-24T08:00:00Z' }) })],
        }),
      ],
    ],
  ])('%s', (_what, objects) => {
    expect(found(objects)).toEqual([]);
  });
});

describe('no node', () => {
  test.each([
    [
      'gpu-insufficient: no node has nvidia.com/gpu to spare: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.',
      '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'gpu-insufficient: no node has nvidia.com/mig-1g.5gb to spare: 0/2 nodes are available: 2 Insufficient nvidia.com/mig-1g.5gb.',
      '0/2 nodes are available: 2 Insufficient nvidia.com/mig-1g.5gb.',
    ],
    [
      'room-insufficient: no node has room: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available.',
    ],
    ['room-insufficient: no node has room: 0/1 nodes are available: 1 Too many pods.', '0/1 nodes are available: 1 Too many pods.'],
    [
      "unschedulable: no node takes it: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: none",
    ],
    [
      'claim-missing: the claim shop-backup is not there',
      '0/1 nodes are available: persistentvolumeclaim "shop-backup" not found. preemption: none',
    ],
  ])('%s', (says, message) => {
    expect(the([homeless(message)])).toBe(says);
  });

  const data = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-shop-postgres-0' } }] };

  test('a claim that is not bound is named, with what was told of it', () => {
    const one = homeless('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', data);
    const unbound = claim('data-shop-postgres-0', 'Pending');
    const told = event(unbound, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set', {
      type: 'Normal',
    });
    const says =
      'claim-unbound: the claim data-shop-postgres-0 gets no volume: no persistent volumes available for this claim and no storage class is set';
    expect(the([one, unbound, told])).toBe(says);
  });

  test('a claim that waits for a node is no cause, but for what keeps the pod from a node', () => {
    const unbound = [
      claim('data-shop-postgres-0', 'Pending'),
      event(claim('data-shop-postgres-0', 'Pending'), 'ProvisioningFailed', 'no such class'),
    ];
    expect(the([homeless('0/1 nodes are available: 1 Insufficient memory.', data), ...unbound])).toMatch(/^room-insufficient: /);
    expect(found([homeless('', { ...data, conditions: [] }), claim('data-shop-postgres-0', 'Pending')])).toEqual([]);
  });

  test('the claim that comes with a pod is found by the name of both', () => {
    const one = homeless('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', {
      component: 'drill',
      name: 'shop-drill-29',
      volumes: [{ name: 'scratch', ephemeral: {} }],
    });
    expect(the([one, claim('shop-drill-29-scratch', 'Pending')])).toMatch(
      /^claim-unbound: the claim shop-drill-29-scratch gets no volume: /,
    );
  });
});

describe('a pod that does not begin', () => {
  test('without its Secret', () => {
    expect(the(mounting('secret "shop-django" not found'))).toBe('missing-secret: the Secret shop-django is not there');
    const late = event(pod(), 'FailedMount', 'Unable to attach or mount volumes: timed out waiting for the condition', {
      at: '2026-11-24T09:59:30Z',
    });
    expect(the([...mounting('secret "shop-django" not found'), late])).toBe('missing-secret: the Secret shop-django is not there');
    const named = pod({ containers: [container('gunicorn', waiting('CreateContainerConfigError', 'secret "mine" not found'))] });
    expect(the([named])).toBe('missing-secret: the Secret mine is not there');
  });

  test('without a key of its Secret, whose name its volumes tell', () => {
    expect(the(mounting('references non-existent secret key: STRIPE_KEY'))).toBe(
      'missing-key: the Secret shop-django has no key STRIPE_KEY',
    );
    const message = "couldn't find key STRIPE_KEY in Secret shop-prod/mine";
    expect(the([pod({ containers: [container('gunicorn', waiting('CreateContainerConfigError', message))] })])).toBe(
      'missing-key: the Secret mine has no key STRIPE_KEY',
    );
  });

  test('as another node has its volume', () => {
    const one = pod({ component: 'postgres', containers: [container('postgres', waiting('ContainerCreating'))] });
    const message = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) shop-postgres-0';
    expect(the([one, event(one, 'FailedAttachVolume', message)])).toBe(
      `volume-elsewhere: its volume is attached to another node: ${message}`,
    );
  });

  const chain = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": `;

  test.each([
    ['rpc error: code = NotFound desc = not found', 'not found'],
    [`${chain}${IMAGE}: not found`, 'not found'],
    [
      `${chain}failed to do request: Head "https://registry.example.com/v2/": EOF`,
      'failed to do request: Head "https://registry.example.com/v2/": EOF',
    ],
    ['manifest unknown', 'manifest unknown'],
  ])('without its image, with the reason alone: %s', (message, reason) => {
    const one = pod({ containers: [container('gunicorn', waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`))] });
    const told = event(one, 'Failed', `Failed to pull image "${IMAGE}": ${message}`);
    const after = event(one, 'Failed', 'Error: ImagePullBackOff', { at: '2026-11-24T09:59:30Z' });
    expect(the([one, told, after])).toBe(`image-pull: the image ${IMAGE} cannot be pulled: ${reason}`);
  });

  test('without its image, where events are gone, with what its state says', () => {
    const waits = (message: string) => pod({ containers: [container('gunicorn', waiting('ImagePullBackOff', message))] });
    expect(the([waits(`Back-off pulling image "${IMAGE}"`)])).toContain('Back-off pulling image');
    expect(the([waits(`Back-off pulling image "${IMAGE}": ErrImagePull: ${chain}${IMAGE}: not found`)])).toMatch(
      /cannot be pulled: not found$/,
    );
  });

  test('for anything else, in the words of the cluster', () => {
    expect(the(mounting('configmap "shop-nginx-1" not found'))).toMatch(
      /^other: FailedMount: MountVolume.* configmap "shop-nginx-1" not found$/,
    );
    expect(the([pod({ containers: [container('gunicorn', waiting('RunContainerError', 'exec: no such file'))] })])).toBe(
      'other: RunContainerError: exec: no such file',
    );
  });

  test('as its node is lost', () => {
    const lost = { ...pod(), status: { ...pod().status, conditions: [{ type: 'Ready', status: 'False' }] } };
    expect(the([lost, event(lost, 'NodeNotReady', 'Node is not ready')])).toBe('node-lost: its node node-a does not answer');
    expect(found([pod(), event(pod(), 'NodeNotReady', 'Node is not ready')])).toEqual([]);
  });
});

test('the same of several pods is told once', () => {
  const message = '0/1 nodes are available: 1 Insufficient cpu.';
  const [one, ...more] = found(['a', 'b'].map((name) => homeless(message, { name })));
  expect(more).toEqual([]);
  expect(one?.objects).toEqual(['Pod a', 'Pod b']);
});

test('what mends it names the environment, the namespace and the pod', () => {
  expect(found(mounting('secret "shop-django" not found'))[0]?.mend).toContain('npm run secrets prod && kubectl apply -f secrets/prod;');
  const crashing = pod({ containers: [container('gunicorn', { ready: false, state: terminated(1) })] });
  expect(found([crashing])[0]?.mend).toContain('kubectl -n shop-prod logs shop-gunicorn-6d5f7c9b8-x2v4q -c gunicorn');
});

test('every word of the table is one that is found, or known of every subject', () => {
  const known = [
    'environment',
    'namespace',
    'component',
    'kind',
    'name',
    'node',
    'device',
    'claim',
    'why',
    'resource',
    'secret',
    'key',
    'image',
    'host',
    'container',
    'line',
    'code',
    'quota',
  ];
  const words = CAUSES.flatMap(({ says, mend }) => [...`${says} ${mend}`.matchAll(/\{(\w+)\}/g)].map(([, word]) => word));
  expect(words.filter((word) => !known.includes(word ?? ''))).toEqual([]);
});

/** What `npm run status` says of GPUs. */
import { answers, having, json, row, status } from './asked';
import { container, pod, terminated, waiting, workload } from './objects';
import { found, the } from './told';

describe('GPUs', () => {
  const gpu = { template: { spec: { containers: [{ name: 'gunicorn', image: 'x', resources: { limits: { 'nvidia.com/gpu': '1' } } }] } } };
  const node = (name: string, count: number, unhealthy = 0) => ({
    metadata: { name },
    status: {
      capacity: { cpu: '4', memory: '1000Ki', 'nvidia.com/gpu': `${count}` },
      allocatable: { cpu: '3500m', memory: '900Ki', 'nvidia.com/gpu': `${count - unhealthy}` },
    },
  });
  const surging = (maxSurge: number, replicas = 1) => {
    const rollingUpdate = { maxSurge, maxUnavailable: 1 - maxSurge };
    having(workload('gunicorn', replicas, { spec: { replicas, strategy: { rollingUpdate }, ...gpu } }), pod({ gpus: 1 }));
    answers.give('nodes.json', JSON.stringify({ items: [node('node-a', 2), node('node-b', 0)] }));
    answers.give('pods.json', JSON.stringify({ items: [pod({ gpus: 1 }), pod({ gpus: 1, name: 'of-others' })] }));
  };

  test('are counted by pod, and by what nodes have free', async () => {
    surging(0);
    expect(await row('GPUs')).toMatchObject({ says: '1 nvidia.com/gpu in use by its pods; free: 0 of 2 on node-a', well: true });
    expect((await status()).said).toMatch(/^ {4}shop-gunicorn-6d5f7c9b8-x2v4q +Ready +\d+\w +1 nvidia\.com\/gpu +node-a$/m);
  });

  test('that have failed are counted, and are not free for all that pods still have them', async () => {
    surging(0);
    answers.give('nodes.json', JSON.stringify({ items: [node('node-a', 2, 1)] }));
    expect((await row('GPUs'))?.says).toBe('1 nvidia.com/gpu in use by its pods; free: 0 of 2 on node-a (1 unhealthy)');
  });

  test('without a spare the next release stops a pod first; with one it needs it', async () => {
    surging(0);
    expect((await row('rollout'))?.says).toBe(
      'a release stops one pod before it starts the next: it needs no spare GPU, and nothing answers meanwhile',
    );
    surging(0, 2);
    expect((await row('rollout'))?.says).toBe('a release stops one pod before it starts the next: it needs no spare GPU');
    surging(1);
    expect((await row('rollout'))?.says).toMatch(
      /^a release starts one pod before it stops another: it needs 1 nvidia.com\/gpu to spare; it would wait, as 0 are free$/,
    );
  });

  test('that are free are not known to those who may not look at nodes', async () => {
    surging(1);
    answers.forbid('nodes.json');
    expect((await row('GPUs'))?.says).toBe('1 nvidia.com/gpu in use by its pods; which are free is not known');
    expect((await row('rollout'))?.says).toMatch(/to spare$/);
    expect((await status()).code).toBe(0);
  });

  const given = (health: string, changes: object = {}) => {
    const resources = ['gpu-1', 'gpu-0', 'gpu-2'].map((resourceID, index) => ({ resourceID, health: index < 2 ? health : 'Healthy' }));
    return pod({
      gpus: 3,
      containers: [container('gunicorn', { allocatedResourcesStatus: [{ name: 'nvidia.com/gpu', resources }], ...changes })],
    });
  };
  const FAILED = `gpu-unhealthy: ${pod().metadata.name} has a device that is unhealthy: gpu-0 and gpu-1 (nvidia.com/gpu) of node-a`;

  test('that have failed are told of a pod that has them, also while it serves', async () => {
    having(workload('gunicorn', 1), given('Unhealthy'));
    const { said, code } = await status();
    expect(code).toBe(1);
    expect(said).toMatch(/^! gunicorn {2}1 of 1 ready$/m);
    expect(said.replaceAll(/\s+/g, ' ')).toContain(
      `${FAILED.replace('gpu-unhealthy: ', '')} mend: kubectl -n shop-prod delete pod ${pod().metadata.name}: `,
    );
    expect(the([given('Unhealthy')])).toBe(FAILED);
  });

  test('that have failed are why a container ends again and again', () => {
    expect(the([given('Unhealthy', { ...waiting('CrashLoopBackOff'), lastState: terminated(1) })])).toBe(FAILED);
    expect(the([given('Healthy', { ...waiting('CrashLoopBackOff'), lastState: terminated(1) })])).toMatch(/^crash: /);
  });

  test.each(['Healthy', 'Unknown'])('that are %s are no trouble', (health) => {
    expect(found([given(health)])).toEqual([]);
  });

  test('are no matter of a release without', async () => {
    const { rows } = await json();
    expect(Object.keys(rows)).toEqual(['release', 'image', 'site', 'certificate', 'migration', 'backup', 'drill']);
    expect(answers.calls.join('\n')).not.toContain('nodes');
  });
});

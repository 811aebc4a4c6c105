/** What `npm run status` says of GPUs. */
import { answers, having, json, row, status } from './asked';
import { pod, workload } from './objects';

describe('GPUs', () => {
  const gpu = { template: { spec: { containers: [{ name: 'gunicorn', image: 'x', resources: { limits: { 'nvidia.com/gpu': '1' } } }] } } };
  const node = (name: string, count: number) => ({
    metadata: { name },
    status: { allocatable: { cpu: '4', memory: '1000Ki', 'nvidia.com/gpu': `${count}` } },
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

  test('are no matter of a release without', async () => {
    const { rows } = await json();
    expect(Object.keys(rows)).toEqual(['release', 'image', 'site', 'certificate', 'migration', 'backup', 'drill']);
    expect(answers.calls.join('\n')).not.toContain('nodes');
  });
});

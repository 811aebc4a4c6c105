/** GPUs as the scheduler counts them. Needs the suite's own node, whose number of GPUs it may say. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { until } from './support/kubectl';
import { Release } from './support/release';

const release = new Release('dev', { release: 'gpu', django: { hosts: ['gpu.localhost'] }, gunicorn: { gpu: { count: 1 } } });
const gpus = (count: number) => execFileSync(join(__dirname, 'node/gpu'), [`${count}`]);
const images = () =>
  release.ready('gunicorn').map(({ spec }) => (spec as { containers: [{ image: string }] }).containers[0].image.split(':')[1]);

describe('a node', () => {
  afterAll(() => {
    gpus(0);
    release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
  });

  test('without a GPU leaves the pod pending, and says why', async () => {
    gpus(0);
    release.apply('dev');
    await release.applySecrets();
    await until('the reason', 60, () => release.events('gpu-gunicorn').some((message) => message.includes('Insufficient nvidia.com/gpu')));
    expect(release.pods('gunicorn').map(({ status }) => status.phase)).toEqual(['Pending']);
  });

  test('with a GPU runs it', () => {
    gpus(1);
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['dev']);
  });

  test('with just one GPU runs the next release after the one before', () => {
    release.apply('slow');
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['slow']);
  });

  test('with just one GPU keeps the pod of before while npm run release migrates', async () => {
    const releasing = release.released('next');
    await until('the migration to run', 120, () => release.migrationLog().includes('Applying guestbook.0002_pause'));
    expect(images()).toEqual(['slow']);
    expect(await releasing).toMatch(/Applying guestbook.0002_pause[^]*deployment.apps\/gpu-gunicorn configured[^]*release 1 serves$/);
    expect(images()).toEqual(['next']);
  });
});

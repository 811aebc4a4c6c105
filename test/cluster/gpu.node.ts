/** GPUs, from a device plugin that has names to give. Needs the suite's own node, whose devices it may say. */
import { devices, given, kill, visible } from './support/devices';
import { kubectl, tagOf, until, type Pod } from './support/kubectl';
import { Release } from './support/release';
import { arrive, visit } from './support/visitor';

const release = new Release('dev', { release: 'gpu', django: { hosts: ['gpu.localhost'] }, gunicorn: { gpu: { count: 1 } } });
/** The pages of the site do without, and one of them has pods of its own. */
const GROUPED = {
  gunicorn: { gpu: { count: 0 }, groups: [{ name: 'inference', paths: ['/gpu/'], replicas: 1, gpu: { count: 1 }, queue: 2 }] },
};
/** Pods of the site have one device together, and that of the group has a part of one. */
const PARTS = {
  gunicorn: {
    replicas: 2,
    gpu: { resource: 'nvidia.com/gpu.shared' },
    groups: [{ name: 'inference', paths: ['/gpu/'], replicas: 1, gpu: { count: 1, resource: 'nvidia.com/mig-1g.10gb' } }],
  },
};

const images = () => release.ready('gunicorn').map(tagOf);

beforeAll(() => {
  devices();
  arrive();
});
afterAll(() => {
  devices();
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

describe('a node', () => {
  test('without a GPU leaves the pod pending, and says why', async () => {
    release.apply('dev');
    await release.applySecrets();
    await until('the reason', () => release.events('gpu-gunicorn').some((message) => message.includes('Insufficient nvidia.com/gpu')));
    expect(release.pods('gunicorn').map(({ status }) => status.phase)).toEqual(['Pending']);
  });

  test('with a GPU runs it, and no other container of the release is given that', () => {
    devices('nvidia.com/gpu gpu-0');
    release.rolledOut('deployment/gpu-gunicorn', 'deployment/gpu-nginx');
    expect(images()).toEqual(['dev']);
    expect(visible(release)).toEqual(['gpu-0']);
    const all = given(release);
    expect(all).toEqual(
      expect.arrayContaining(['gunicorn gunicorn: gpu-0', 'gunicorn migrated: void', 'migrate migrate: void', 'nginx nginx: none']),
    );
    expect(all.filter((one) => !/: (?:none|void)$/.test(one))).toEqual(['gunicorn gunicorn: gpu-0']);
  });

  test('with just one GPU runs the next release after the one before', () => {
    release.apply('slow');
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['slow']);
    expect(visible(release)).toEqual(['gpu-0']);
  });

  test('with just one GPU keeps the pod of before while npm run release migrates', async () => {
    const releasing = release.released('next');
    await release.pausing();
    expect(images()).toEqual(['slow']);
    expect(await releasing).toMatch(/Applying guestbook.0002_pause[^]*deployment.apps\/gpu-gunicorn configured[^]*release 1 serves$/);
    expect(images()).toEqual(['next']);
  });

  test('with just one GPU gives it to the pod of a group, beside one that does without, and each answers its own page', async () => {
    release.apply('dev', GROUPED);
    release.rolledOut('deployment/gpu-gunicorn', 'deployment/gpu-gunicorn-inference', 'deployment/gpu-nginx');
    expect(visible(release, 'gunicorn-inference')).toEqual(['gpu-0']);
    expect(given(release)).toContain('gunicorn gunicorn: void');
    for (const [component, path] of [
      ['gunicorn', '/request/'],
      ['gunicorn-inference', '/gpu/'],
    ] as const) {
      const [pod] = release.ready(component).map(({ metadata }) => metadata.name);
      await until(`the page ${path}`, () => visit(release, path).text.includes(pod ?? 'none'));
    }
  });

  test('with one GPU in shares and one in parts gives pods theirs by the names of those', () => {
    devices('nvidia.com/gpu.shared gpu-0::0 gpu-0::1', 'nvidia.com/mig-1g.10gb MIG-0 MIG-1');
    release.apply('dev', PARTS);
    release.rolledOut('deployment/gpu-gunicorn', 'deployment/gpu-gunicorn-inference');
    expect(visible(release)).toEqual(['gpu-0', 'gpu-0']);
    expect(visible(release, 'gunicorn-inference')).toEqual([expect.stringMatching(/^MIG-[01]$/)]);
  });

  test('with two GPUs gives each of two pods its own, and a third waits', async () => {
    release.kubectl('delete', 'deployment/gpu-gunicorn-inference', '--ignore-not-found');
    devices('nvidia.com/gpu gpu-0 gpu-1');
    release.apply('dev', { gunicorn: { replicas: 3 } });
    const waits = (pod: Pod) => pod.status.conditions?.some(({ message = '' }) => message.includes('Insufficient nvidia.com/gpu'));
    await until('the third', () => release.pods('gunicorn').some(waits) && release.ready('gunicorn').length === 2);
    expect(visible(release)).toEqual(['gpu-0', 'gpu-1']);
    expect(release.pods('gunicorn')).toHaveLength(3);
  });

  test('with two GPUs and two pods runs the next release to its end, each pod with its own', () => {
    release.apply('slow', { gunicorn: { replicas: 2 } });
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['slow', 'slow']);
    expect(visible(release)).toEqual(['gpu-0', 'gpu-1']);
  });
});

const restarted = () => release.ready('gunicorn')[0]?.status.containerStatuses?.[0]?.restartCount;
const status = async () => {
  const { said, code } = await release.status();
  return { said: said.replaceAll(/\s+/g, ' '), code };
};
const well = () => until('all to be well', async () => (await status()).code === 0);
let [failed, other] = ['gpu-0', 'gpu-1'];

test('gpu-unhealthy: the GPU stays with its pod, also when the container is started again, and npm run status tells', async () => {
  release.apply('slow');
  await until('one pod', () => release.pods('gunicorn').length === 1);
  if (visible(release)[0] === other) [failed, other] = [other, failed];
  await well();
  devices(`nvidia.com/gpu ${failed}:Unhealthy ${other}`);
  const [pod] = release.ready('gunicorn');
  kill(pod?.status.containerStatuses?.[0]?.containerID ?? '');
  await until('the container to be ready again', () => restarted() === 1);
  expect(visible(release)).toEqual([failed]);
  const { said, code } = await status();
  expect(code).toBe(1);
  expect(said).toContain(`${pod?.metadata.name} has a device that is unhealthy: ${failed} (nvidia.com/gpu) of node mend: kubectl `);
  expect(said).toContain('free: 0 of 2 on node (1 unhealthy)');
});

test('a GPU that has failed is left behind, when its pod is deleted as npm run status says', async () => {
  const [, mend = ''] = /mend: kubectl (-n \S+ delete pod \S+):/.exec((await status()).said) ?? [];
  kubectl(mend.split(' '));
  release.rolledOut('deployment/gpu-gunicorn');
  expect(visible(release)).toEqual([other]);
  const [pod] = release.ready('gunicorn');
  await until('the page of the next pod', () => visit(release, '/request/').text.includes(pod?.metadata.name ?? 'none'));
  await well();
});

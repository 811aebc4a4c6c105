/** GPUs, from a device plugin that has names to give. Needs the suite's own node, whose devices it may say. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { until, type Pod } from './support/kubectl';
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

const node = (command: string, ...args: string[]) => execFileSync(join(__dirname, command), args, { encoding: 'utf8' });
/** What the node has: of each resource a line. */
const devices = (...lines: string[]) => void node('devices/set', ...lines);
const images = () =>
  release.ready('gunicorn').map(({ spec }) => (spec as { containers: [{ image: string }] }).containers[0].image.split(':')[1]);

/** The devices that the containers of Gunicorn see. */
const visible = (component = 'gunicorn') =>
  release
    .ready(component)
    .map(({ metadata: { name } }) => release.kubectl('exec', name, '-c', 'gunicorn', '--', 'printenv', 'NVIDIA_VISIBLE_DEVICES').trim())
    .sort();

/** Each container that was made for the release, also those that have ended, with the devices that it was given. */
function given(): string[] {
  return release.list<Pod>('pods').flatMap(({ metadata: { labels = {} }, status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(({ name, containerID }) => {
      const variables = node('node/environment', containerID.replace('containerd://', ''));
      const [, ids] = /^NVIDIA_VISIBLE_DEVICES=(.*)$/m.exec(variables) ?? [];
      return `${labels['app.kubernetes.io/component'] ?? ''} ${name}: ${ids ?? 'none'}`;
    }),
  );
}

describe('a node', () => {
  beforeAll(() => {
    devices();
    arrive();
  });
  afterAll(() => {
    devices();
    release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
  });

  test('without a GPU leaves the pod pending, and says why', async () => {
    release.apply('dev');
    await release.applySecrets();
    await until('the reason', 60, () => release.events('gpu-gunicorn').some((message) => message.includes('Insufficient nvidia.com/gpu')));
    expect(release.pods('gunicorn').map(({ status }) => status.phase)).toEqual(['Pending']);
  });

  test('with a GPU runs it, and no other container of the release is given that', () => {
    devices('nvidia.com/gpu gpu-0');
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['dev']);
    expect(visible()).toEqual(['gpu-0']);
    const all = given();
    expect(all).toEqual(
      expect.arrayContaining(['gunicorn gunicorn: gpu-0', 'gunicorn migrated: none', 'migrate migrate: none', 'nginx nginx: none']),
    );
    expect(all.filter((one) => !one.endsWith(': none'))).toEqual(['gunicorn gunicorn: gpu-0']);
  });

  test('with just one GPU runs the next release after the one before', () => {
    release.apply('slow');
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['slow']);
    expect(visible()).toEqual(['gpu-0']);
  });

  test('with just one GPU keeps the pod of before while npm run release migrates', async () => {
    const releasing = release.released('next');
    await until('the migration to run', 120, () => release.migrationLog().includes('Applying guestbook.0002_pause'));
    expect(images()).toEqual(['slow']);
    expect(await releasing).toMatch(/Applying guestbook.0002_pause[^]*deployment.apps\/gpu-gunicorn configured[^]*release 1 serves$/);
    expect(images()).toEqual(['next']);
  });

  test('with just one GPU gives it to the pod of a group, beside one that does without, and each answers its own page', async () => {
    release.apply('dev', GROUPED);
    release.rolledOut('deployment/gpu-gunicorn', 'deployment/gpu-gunicorn-inference', 'deployment/gpu-nginx');
    expect(visible('gunicorn-inference')).toEqual(['gpu-0']);
    expect(given()).toContain('gunicorn gunicorn: none');
    for (const [component, path] of [
      ['gunicorn', '/request/'],
      ['gunicorn-inference', '/gpu/'],
    ] as const) {
      const [pod] = release.ready(component).map(({ metadata }) => metadata.name);
      await until(`the page ${path}`, 60, () => visit(release, path).text.includes(pod ?? 'none'));
    }
  });

  test('with one GPU in shares and one in parts gives pods theirs by the names of those', () => {
    devices('nvidia.com/gpu.shared gpu-0::0 gpu-0::1', 'nvidia.com/mig-1g.10gb MIG-0 MIG-1');
    release.apply('dev', PARTS);
    release.rolledOut('deployment/gpu-gunicorn', 'deployment/gpu-gunicorn-inference');
    expect(visible()).toEqual(['gpu-0', 'gpu-0']);
    expect(visible('gunicorn-inference')).toEqual([expect.stringMatching(/^MIG-[01]$/)]);
    release.kubectl('delete', 'deployment/gpu-gunicorn-inference');
  });

  test('with two GPUs gives each of two pods its own, and a third waits', async () => {
    devices('nvidia.com/gpu gpu-0 gpu-1');
    release.apply('dev', { gunicorn: { replicas: 3 } });
    await until('two of them', 120, () => release.ready('gunicorn').length === 2);
    expect(visible()).toEqual(['gpu-0', 'gpu-1']);
    const [waiting] = release.pods('gunicorn').filter(({ status }) => status.phase === 'Pending');
    expect(waiting?.status.conditions?.find(({ type }) => type === 'PodScheduled')?.message).toContain('Insufficient nvidia.com/gpu');
  });

  test('with two GPUs and two pods runs the next release to its end, each pod with its own', () => {
    release.apply('slow', { gunicorn: { replicas: 2 } });
    release.rolledOut('deployment/gpu-gunicorn');
    expect(images()).toEqual(['slow', 'slow']);
    expect(visible()).toEqual(['gpu-0', 'gpu-1']);
  });
});

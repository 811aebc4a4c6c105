import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { container, podSpec, volume } from '../../support/pods';
import { render } from '../../support/stack';

const CACHE = { valid: { '200': '5m' } };
const ROOMY = { limits: { memory: '4Gi', 'ephemeral-storage': '40Gi' } };
const deployment = (cacheStore: object, nginx: object = {}) =>
  render({ nginx: { cacheStore, cache: CACHE, resources: ROOMY, ...nginx } }).find('Deployment', 'shop-nginx');
const mounts = (object: ReturnType<typeof deployment>) =>
  container(object, 'nginx').volumeMounts?.filter(({ mountPath }) => mountPath === '/var/cache/nginx');

test('there is no volume where nothing is kept', () => {
  const object = deployment({}, { cache: undefined });
  expect(mounts(object)).toEqual([]);
  expect(podSpec(object).volumes?.map(({ name }) => name)).not.toContain('cache');
});

test.each([
  [{}, { medium: 'Memory', sizeLimit: '128Mi' }],
  [{ size: '8Mi' }, { medium: 'Memory', sizeLimit: '72Mi' }],
  [{ size: '1Gi' }, { medium: 'Memory', sizeLimit: '1536Mi' }],
  [{ storage: 'disk' }, { sizeLimit: '128Mi' }],
  [{ storage: 'disk', size: '20Gi' }, { sizeLimit: '21Gi' }],
])('answers lie in a folder of the pod, with room for those that come in: %j', (cacheStore, emptyDir) => {
  const object = deployment(cacheStore);
  expect(volume(object, 'cache')).toEqual({ name: 'cache', emptyDir });
  expect(mounts(object)).toEqual([{ name: 'cache', mountPath: '/var/cache/nginx' }]);
  expect(container(object, 'nginx').env).toBeUndefined();
});

describe('in a claim', () => {
  const object = deployment({ storage: 'disk', claim: 'pages', inactive: '90s' });

  test('each pod has a folder of its own', () => {
    expect(volume(object, 'cache')).toEqual({ name: 'cache', persistentVolumeClaim: { claimName: 'pages' } });
    expect(mounts(object)).toEqual([{ name: 'cache', mountPath: '/var/cache/nginx', subPathExpr: '$(POD_NAME)' }]);
    expect(container(object, 'nginx').env).toEqual([{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]);
  });

  test('a starting pod removes what pods that are gone have left, and no folder that one may be about to use', () => {
    const root = mkdtempSync(join(tmpdir(), 'caches-'));
    const put = (path: string, minutes: number) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), 'x');
      const time = Date.now() / 1000 - minutes * 60;
      utimesSync(join(root, path), time, time);
    };
    put('gone/a/bc/old', 60);
    put('gone/0000000001', 60);
    put('lives/a/bc/new', 1);
    put('lives/d/ef/old', 60);
    mkdirSync(join(root, 'starts'));
    try {
      const [shell = '', ...rest] = container(object, 'cache').command ?? [];
      execFileSync(
        shell,
        rest.map((word) => word.replaceAll('/srv/caches', root)),
      );
      const left = ['gone', 'gone/a', 'gone/0000000001', 'lives/a/bc/new', 'lives/d', 'starts'];
      expect(left.map((path) => existsSync(join(root, path)))).toEqual([true, false, false, true, false, true]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('the container that does so sees the whole claim, and has no more rights than others', () => {
    const { volumeMounts, securityContext, resources, image } = container(object, 'cache');
    expect(volumeMounts).toEqual([{ name: 'cache', mountPath: '/srv/caches' }]);
    expect({ securityContext, resources, image }).toEqual({
      securityContext: container(object, 'nginx').securityContext,
      resources: container(object, 'nginx').resources,
      image: container(object, 'nginx').image,
    });
  });
});

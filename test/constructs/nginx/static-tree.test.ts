/** What a pod of Nginx needs for its static files. */
import { container, containers, podSpec, volume } from '../../support/pods';
import { render } from '../../support/stack';
import { folder } from '../../support/static-files';
import { readStaticFiles } from '../../../constructs/nginx/static-files';

const IMAGE = 'registry.example.com/team/static:3';
const files = readStaticFiles(folder({ 'a.css': 'a' }));
const deployment = (settings: object, staticFiles?: typeof files) =>
  render({ nginx: { static: settings } }, staticFiles).find('Deployment', 'shop-nginx');
const fromDirectory = () => deployment({ directory: 'test' }, files);
const fromImage = (more: object = {}) => deployment({ image: { name: IMAGE, path: '/files' }, ...more });
const inits = (object: ReturnType<typeof deployment>) => podSpec(object).initContainers ?? [];
const SERVED = { name: 'static', mountPath: '/srv/static' };

test('without static files there is nothing of them', () => {
  const without = render().find('Deployment', 'shop-nginx');
  expect(inits(without)).toEqual([]);
  expect(podSpec(without).volumes?.map(({ name }) => name)).not.toContain('static');
});

describe('files of ConfigMaps', () => {
  test('are copied to where nginx looks, which it only reads, by the image that the pod has anyway', () => {
    const [init, ...others] = inits(fromDirectory());
    expect(others).toEqual([]);
    expect(init?.command).toEqual(['sh', '/runtime/static-files.sh', '/srv/static', '/srv/static-files']);
    expect(init?.image).toBe(container(fromDirectory(), 'nginx').image);
    expect(init?.volumeMounts).toEqual([
      SERVED,
      { name: 'runtime', mountPath: '/runtime', readOnly: true },
      { name: 'static-files', mountPath: '/srv/static-files', readOnly: true },
    ]);
    expect(container(fromDirectory(), 'nginx').volumeMounts).toContainEqual({ ...SERVED, readOnly: true });
  });

  test('have room for all that ConfigMaps may hold', () => {
    expect(volume(fromDirectory(), 'static').emptyDir).toEqual({ sizeLimit: '256Mi' });
  });
});

describe('files of an image', () => {
  test('are copied from its folder before anything else, with nothing but cp', () => {
    const [copy, prepare] = inits(fromImage());
    expect([copy?.image, copy?.command]).toEqual([IMAGE, ['cp', '-RLf', '/files/.', '/srv/static']]);
    expect(copy?.volumeMounts).toEqual([SERVED]);
    expect(prepare?.command).toEqual(['sh', '/runtime/static-files.sh', '/srv/static']);
  });

  test('are followed by those of earlier releases, newest first, each apart', () => {
    const previousImages = ['registry.example.com/team/static:2', 'registry.example.com/team/static:1'];
    expect(inits(fromImage({ previousImages })).map(({ image, command = [] }) => [image, command.at(-1)])).toEqual([
      [IMAGE, '/srv/static'],
      [previousImages[0], '/srv/static/.previous-1'],
      [previousImages[1], '/srv/static/.previous-2'],
      [container(fromImage(), 'nginx').image, '/srv/static'],
    ]);
  });

  test('have the room that the file gives them', () => {
    expect(volume(fromImage(), 'static').emptyDir).toEqual({ sizeLimit: '256Mi' });
    expect(volume(fromImage({ size: '64Mi' }), 'static').emptyDir).toEqual({ sizeLimit: '64Mi' });
  });
});

test('files of a claim are served as they are, and never written', () => {
  const claim = deployment({ claim: 'shop-files' });
  expect(inits(claim)).toEqual([]);
  expect(volume(claim, 'static').persistentVolumeClaim).toEqual({ claimName: 'shop-files', readOnly: true });
  expect(container(claim, 'nginx').volumeMounts).toContainEqual({ ...SERVED, readOnly: true });
});

test.each([
  ['ConfigMaps', fromDirectory],
  ['an image', () => fromImage({ previousImages: ['registry.example.com/team/static:2'] })],
])('no container has rights, or room without end: %s', (_what, make) => {
  for (const one of containers(make())) {
    expect(one.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true });
    expect(Object.keys(one.resources.limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(one.resources.requests).toEqual(container(make(), 'nginx').resources.requests);
    expect(one.imagePullPolicy).toBe(container(make(), 'nginx').imagePullPolicy);
  }
});

test('the volumes of containers are those of the pod', () => {
  for (const object of [fromDirectory(), fromImage()]) {
    const volumes = podSpec(object).volumes?.map(({ name }) => name) ?? [];
    const mounted = containers(object).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
    expect([...new Set(mounted)].sort()).toEqual([...volumes].sort());
  }
});

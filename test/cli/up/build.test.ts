/** What `npm run up -- --build` builds, with what, and where it takes it; the programs are stand-ins, but for what a page says was run by hand. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNamed } from '../../../cli/command';
import { Build, type BuildOptions } from '../../../cli/up/build';
import { FakeCluster } from '../../support/fake-cluster';
import { place } from '../../support/place';
import { programs } from './programs';

const here = place();
const machine = programs();
let cluster: FakeCluster;

const write = (path: string, text = '') => {
  mkdirSync(join(here.root, path, '..'), { recursive: true });
  writeFileSync(join(here.root, path), text);
};
beforeEach(() => {
  cluster = new FakeCluster();
  here.project({ imagePullPolicy: 'IfNotPresent' });
  write('app/Dockerfile', 'FROM scratch\nCOPY . /\n');
  write('app/.dockerignore', 'notes\n');
  write('app/manage.py', 'one');
});

const context = (name: string, extensions?: object[]) => {
  cluster.kubeconfig = { 'current-context': name, contexts: [{ context: { extensions } }] };
};
const wanted = (options: BuildOptions = { build: true }) => Build.wanted(options, environmentNamed('prod', here.root), here.root, cluster);
const built = async (options?: BuildOptions) => (await wanted(options))?.run() ?? '';
const failure = (options?: BuildOptions) => built(options).then(String, (error: unknown) => (error as Error).message);
const IMAGE = /^registry\.example\.com\/team\/shop:[0-9a-f]{12}$/;

describe('the builder', () => {
  test.each([
    ['docker', [], 'build --iidfile'],
    ['podman', ['docker'], 'build --iidfile'],
    ['buildah', ['docker', 'podman'], 'build --layers --iidfile'],
  ])('is %s where it is the first that can be used', async (name, broken, command) => {
    machine.install('docker', 'podman', 'buildah', 'kind');
    process.env.BROKEN = broken.join(' ');
    expect(await built()).toMatch(IMAGE);
    expect(here.said[0]).toBe(`building app with ${name}`);
    expect(machine.calls().filter((call) => call.includes(' build '))).toEqual([`${name} ${command} …/id ${here.root}/app`]);
  });

  test('is none where none can be used, and each is named with its reason', async () => {
    machine.install('docker');
    process.env.BROKEN = 'docker';
    expect(await failure()).toBe(
      [
        '--build needs one of these, and none can be used:',
        '  docker: Cannot connect to the daemon.',
        '  podman: not installed',
        '  buildah: not installed',
      ].join('\n'),
    );
    expect(machine.calls()).toEqual(['docker version']);
  });

  test('that fails ends it, and nothing is loaded', async () => {
    machine.install('docker', 'kind');
    process.env.FAILS = 'build';
    expect(await failure()).toBe('docker build ended with 3: its last lines above say why');
    expect(machine.calls().join('\n')).not.toContain('kind');
  });

  test('takes variables of the Dockerfile, and no others', async () => {
    machine.install('docker', 'kind');
    await built({ build: true, buildArg: ['BASE=python:3.12-slim', 'EMPTY='] });
    expect(machine.calls().join('\n')).toContain(` --build-arg BASE=python:3.12-slim --build-arg EMPTY= ${here.root}/app`);
    expect(await failure({ build: true, buildArg: ['BASE'] })).toBe('--build-arg: must be NAME=VALUE, got "BASE"');
    expect(machine.calls()).toEqual([]);
  });
});

describe('the tag', () => {
  beforeEach(() => machine.install('podman', 'kind'));

  test('is the same for the same content, and another one for other content, which .dockerignore says', async () => {
    const first = await built();
    expect(await built()).toBe(first);
    write('app/notes', 'of no interest');
    expect(await built()).toBe(first);
    write('app/manage.py', 'two');
    const second = await built();
    expect(second).toMatch(IMAGE);
    expect(second).not.toBe(first);
    write('app/manage.py', 'one');
    expect(await built()).toBe(first);
  });

  test.each([
    ['shop:dev', 'docker.io/library/shop'],
    ['team/shop:dev', 'docker.io/team/shop'],
    ['localhost:5000/shop:dev', 'localhost:5000/shop'],
    [`registry.example.com/shop:1@sha256:${'0'.repeat(64)}`, 'registry.example.com/shop'],
  ])('takes the place of that of %s, by the whole name', async (image, name) => {
    here.project({ image, imagePullPolicy: 'IfNotPresent' });
    expect(await built()).toMatch(new RegExp(`^${name}:[0-9a-f]{12}$`));
  });
});

describe('the folder', () => {
  beforeEach(() => machine.install('docker', 'kind'));

  test('is the only one with a Dockerfile, or the one that is named', async () => {
    write('other/Containerfile');
    expect(await failure()).toBe('--build: name the folder that holds the Dockerfile; these have one: app, other');
    await built({ build: 'other' });
    expect(machine.calls().join('\n')).toMatch(/build .*\/other$/m);
    rmSync(join(here.root, 'app'), { recursive: true });
    rmSync(join(here.root, 'other'), { recursive: true });
    write('node_modules/Dockerfile');
    write('.git/Dockerfile');
    expect(await failure()).toContain('none has one, here or right below');
    write('Dockerfile');
    await built();
    expect(here.said.at(-2)).toBe('building . with docker');
  });

  test.each(['gone', 'environments'])('must hold a Dockerfile: %s', async (build) => {
    expect(await failure({ build })).toBe(`--build: must be a folder that holds a Dockerfile, got "${build}"`);
    expect(machine.calls()).toEqual([]);
  });
});

describe('the image goes', () => {
  beforeEach(() => machine.install('buildah', 'docker', 'kind', 'k3d', 'minikube'));
  const MINIKUBE = [{ extension: { provider: 'minikube.sigs.k8s.io' } }];

  test.each([
    ['kind-blue', undefined, 'kind load image-archive …/image.tar --name blue'],
    ['k3d-red', undefined, 'k3d image import …/image.tar --cluster red'],
    ['green', MINIKUBE, 'minikube image load …/image.tar --profile green'],
  ])('into the nodes of %s', async (name, extensions, call) => {
    context(name, extensions);
    const image = await built();
    expect(machine.calls().slice(-2)).toEqual([`docker save --output …/image.tar ${image}`, call]);
  });

  test('as an archive that buildah writes, too', async () => {
    process.env.BROKEN = 'docker';
    const image = await built();
    expect(machine.calls().at(-2)).toBe(`buildah push ${image} docker-archive:…/image.tar:${image}`);
  });

  test('to its registry when asked to, wherever the cluster is', async () => {
    for (const name of ['kind-blue', 'gke_prod']) {
      context(name);
      const image = await built({ build: true, push: true });
      expect(machine.calls().at(-1)).toBe(`docker push ${image}`);
    }
  });

  test('nowhere by itself where the cluster is another one: it is asked for before anything is built', async () => {
    context('gke_prod');
    expect(await failure()).toMatch(/^--build: the context gke_prod is none of kind, k3d or minikube, .*: add --push/);
    expect(machine.calls()).toEqual([]);
  });

  test('not into nodes that would ask a registry for it', async () => {
    here.project({ imagePullPolicy: 'Always' });
    expect(await failure()).toMatch(/^environments\/prod\.yaml:\d+:\d+ imagePullPolicy: must be IfNotPresent, .*--push$/);
    expect(machine.calls()).toEqual([]);
    expect(await built({ build: true, push: true })).toMatch(IMAGE);
  });

  test('where the tool of the cluster is missing, that is said', async () => {
    rmSync(join(process.env.PATH ?? '', 'kind'));
    expect(await failure()).toBe('kind cannot be run: install it');
  });
});

test.each([
  [{ push: true }, '--push'],
  [{ buildArg: ['A=b'] }, '--build-arg'],
])('%j is of no use alone', async (options, name) => {
  expect(await failure(options)).toBe(`${name} is of no use without --build`);
});

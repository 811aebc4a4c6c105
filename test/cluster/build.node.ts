/** `npm run up -- --build` with buildah, from the Dockerfile to pods that run its image. Needs the suite's own node, with its registry. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { imageOf } from './support/kubectl';
import { insteadOf } from './support/page';
import { Release } from './support/release';
import { answering, arrive } from './support/visitor';

const NODE = join(__dirname, 'node');
const EXAMPLE = join(__dirname, '../../example');
const REGISTRY = '127.0.0.1:5000';
/** An image of Python, with the packages of the example: the node reaches no index of them. */
const BASE = `${REGISTRY}/base:python`;
const IMAGE = `${REGISTRY}/team/shop`;
const release = new Release('dev', { release: 'made', image: `${IMAGE}:1.4.2`, django: { hosts: ['made.localhost'] } });
const source = release.path('example');
const [dockerfile, view] = [join(source, 'Dockerfile'), join(source, 'django_app/guestbook/views.py')];

const up = (habit: string, more: string) => release.follow(`${insteadOf(habit)} --build-arg BASE=${BASE} ${more}`);
const failure = (promise: Promise<string>) => promise.then(String, (error: unknown) => (error as Error).message);
const images = () => release.ready('gunicorn').map(imageOf);
const uids = () => release.ready('gunicorn').map(({ metadata }) => metadata.uid);
const change = (file: string, from: RegExp, to: string) => {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

/** The node's first process. */
const node = () => execFileSync('bash', ['-c', `source ${NODE}/lib.sh && node_pid`], { encoding: 'utf8' }).trim();

/** A program that the commands find before any other. */
function program(name: string, script: string): void {
  const folder = release.path('programs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  if (!process.env.PATH?.startsWith(folder)) process.env.PATH = `${folder}:${process.env.PATH ?? ''}`;
}

beforeAll(() => {
  arrive();
  const packages = execFileSync(join(NODE, 'packages-image'), [EXAMPLE], { encoding: 'utf8' }).trim();
  execFileSync('skopeo', ['copy', '--quiet', '--insecure-policy', '--dest-tls-verify=false', `oci:${packages}:latest`, `docker://${BASE}`]);
  rmSync(source, { recursive: true }); // its static files are but a link
  cpSync(EXAMPLE, source, { recursive: true });
  const [storage, registries] = [release.path('storage.conf'), release.path('registries.conf')];
  const folder = (name: string) => JSON.stringify(release.path(name));
  writeFileSync(storage, `[storage]\ndriver = "overlay"\ngraphroot = ${folder('images')}\nrunroot = ${folder('building')}\n`);
  writeFileSync(registries, `[[registry]]\nlocation = "${REGISTRY}"\ninsecure = true\n`);
  Object.assign(process.env, {
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
    BUILDAH_ISOLATION: 'chroot', // as in a container, where it has no rights for more
  });
  for (const other of ['docker', 'podman']) program(other, 'echo "not in this suite" >&2; exit 1');
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

describe('with a registry', () => {
  afterEach(() => {
    cpSync(join(EXAMPLE, 'Dockerfile'), dockerfile);
  });
  const push = (more = '') => up('run_docker_prod.sh', `--detach ${more}`);

  test('the image is built, pushed under a tag of what it holds, pulled and served, and dist/ is as it was', async () => {
    release.edit('dev', { image: `${IMAGE}:1.4.2` });
    const said = await push();
    const built = /^built (\S+); push it to its registry$/m.exec(said)?.[1] ?? '';
    expect(built).toMatch(new RegExp(`^${IMAGE}:[0-9a-f]{12}$`));
    expect(said).toMatch(new RegExp(`release 1 of made-dev: ${built}\n[^]*^release 1 serves$`, 'm'));
    expect(images()).toEqual([built]);
    await answering(release);
    expect(existsSync(release.path('dist'))).toBe(false);
  });

  test('what has not changed is the same image, and no pod restarts', async () => {
    const [before, pods] = [images(), uids()];
    await push();
    expect([images(), uids()]).toEqual([before, pods]);
  });

  test('what has changed is another image, in other pods', async () => {
    const [before] = images();
    change(view, /Thank you, your entry is in the book\./, 'It is written.');
    await push();
    expect(images()).toEqual([expect.not.stringMatching(before ?? '')]);
    expect(release.kubectl('exec', 'deployment/made-gunicorn', '-c', 'gunicorn', '--', 'cat', 'django_app/guestbook/views.py')).toContain(
      'It is written.',
    );
  });

  test.each([
    [
      'a Dockerfile that fails',
      () => {
        change(dockerfile, /^USER /m, 'RUN exit 7\nUSER ');
      },
      '',
      /buildah build ended with \d+/,
    ],
    ['a base that is nowhere', () => undefined, `--build-arg BASE=${REGISTRY}/nowhere:1`, /buildah build ended with \d+/],
    [
      'a registry that is not there',
      () => {
        release.edit('dev', { image: '127.0.0.1:1/team/shop:1' });
      },
      '',
      /buildah push ended with \d+/,
    ],
  ])('%s ends it before anything is applied', async (_what, spoil, more, reason) => {
    const before = [images(), uids(), release.list('configmaps').length];
    spoil();
    expect(await failure(push(more))).toMatch(reason);
    expect([images(), uids(), release.list('configmaps').length]).toEqual(before);
  });
});

describe('with a cluster on this machine', () => {
  const bring = () => up('run_docker_dev.sh', '--detach');

  test('that is none of kind, k3d or minikube, it is told how the nodes get the image', async () => {
    release.edit('dev');
    expect(await failure(bring())).toContain('is none of kind, k3d or minikube, into which an image is loaded: add --push');
  });

  test('the image is loaded into its nodes, and runs from there', async () => {
    appendFileSync(view, '# Another image than that of the registry: one by two names is none by the second for containerd 1.6.\n');
    const kubeconfig = release.path('kubeconfig');
    const given = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8')) as { readonly contexts: readonly [object] };
    const contexts = [{ ...given.contexts[0], name: 'kind-suite' }];
    writeFileSync(kubeconfig, stringify({ ...given, contexts, 'current-context': 'kind-suite' }));
    // As kind does it, of whose nodes this one is none.
    program(
      'kind',
      `[[ "$1 $2 $4 $5" == 'load image-archive --name suite' ]] || exit 2
exec nsenter --target ${node()} --mount -- ctr --namespace k8s.io images import --all-platforms --digests - <"$3"`,
    );
    process.env.KUBECONFIG = kubeconfig;
    expect(await bring()).toMatch(/load it into the cluster suite with kind\n[^]*^release \d+ serves$/m);
    expect(images()).toEqual([expect.stringMatching(/^registry\.example\.com\/example\/shop:[0-9a-f]{12}$/)]);
  });
});

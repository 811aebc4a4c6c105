/** `npm run up`, with stand-ins for the cluster and the programs; the real cluster is in test/cluster. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { up, type UpOptions } from '../../../cli/up/up';
import type { Manifest } from '../../../constructs/manifests';
import { FakeCluster } from '../../support/fake-cluster';
import { interrupted } from '../../support/interrupted';
import { place } from '../../support/place';
import { programs } from './programs';

const here = place();
const machine = programs();
let cluster: FakeCluster;

const GUNICORN = {
  'app.kubernetes.io/name': 'django',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': 'gunicorn',
};
const LOCAL = { imagePullPolicy: 'IfNotPresent', django: { hosts: ['shop.localhost'] } };
beforeEach(() => {
  cluster = new FakeCluster();
  here.project({ imagePullPolicy: 'IfNotPresent' });
  machine.install('docker', 'kind');
  mkdirSync(join(here.root, 'app'));
  writeFileSync(join(here.root, 'app/Dockerfile'), 'FROM scratch\n');
  mkdirSync(join(here.root, 'dist/prod'), { recursive: true });
  writeFileSync(join(here.root, 'dist/prod/stack.k8s.yaml'), 'as it was\n');
});

const make = (options?: UpOptions) => up('prod', options, here.root, cluster);
const failure = (options?: UpOptions) =>
  make(options).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );
interface Pods {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
}
const image = () => (cluster.find('Deployment', 'shop-gunicorn') as unknown as Pods).spec.template.spec.containers[0]?.image;
const restarted = () => cluster.changes.filter((one) => one.startsWith('delete') && !/^delete (job|lease) /.test(one));
const files = (folder: string) =>
  readdirSync(join(here.root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
const contents = (folder: string) => files(folder).map((name) => `${name}: ${readFileSync(join(here.root, folder, name), 'utf8')}`);

test('what is built is released by a tag of its own, and neither dist/ nor environments/ changes', async () => {
  const before = ['dist', 'environments'].map(contents);
  await make({ build: true });
  expect(image()).toMatch(/^registry\.example\.com\/team\/shop:[0-9a-f]{12}$/);
  expect(machine.calls().at(-1)).toMatch(/^kind load image-archive/);
  expect(['dist', 'environments'].map(contents)).toEqual(before);
  expect(here.said).toContain(`release 1 of shop-prod: ${image()}`);
  expect(here.said).toContain('release 1 serves');
});

test('an image that was built again is a release of other pods, and one that has not changed is not', async () => {
  await make({ build: true });
  const [first, job] = [image(), cluster.names('Job')];
  await make({ build: true });
  expect([image(), cluster.names('Job')]).toEqual([first, job]);
  writeFileSync(join(here.root, 'app/manage.py'), 'new');
  await make({ build: true });
  expect(image()).not.toBe(first);
  expect(cluster.names('Job')).not.toEqual(job);
});

test('without --build the image is that of the file, and no program is asked', async () => {
  await make();
  expect(image()).toBe('registry.example.com/team/shop:1.0.0');
  expect(machine.calls()).toEqual([]);
});

describe('Secrets', () => {
  test('are filled once, and applied after the claims and before the rest', async () => {
    await make();
    const key = here.read('django/DJANGO_SECRET_KEY');
    expect(here.said).toContain('made  secrets/prod/django/DJANGO_SECRET_KEY');
    const order = [/^apply Namespace.*PersistentVolumeClaim/, /^apply \S+\/secrets\/prod\/secrets.k8s.yaml$/, /^apply .*StatefulSet/];
    const found = order.map((change) => cluster.changes.findIndex((one) => change.test(one)));
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    here.said = [];
    await make();
    expect(here.read('django/DJANGO_SECRET_KEY')).toBe(key);
    expect(here.said.filter((line) => /^(made|kept|wrote)/.test(line))).toEqual([]);
  });

  test('that the cluster has from another folder are left as they are', async () => {
    await cluster.run(['apply'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-postgres-app' } }) });
    await make();
    expect(here.said).toContain('left  shop-postgres-app: the cluster has them, and secrets/prod/ does not');
    expect(cluster.changes.filter((one) => one.includes('secrets.k8s.yaml'))).toEqual([]);
    expect(readdirSync(here.root)).not.toContain('secrets');
  });

  test('that only the user can give are asked for before anything is applied', async () => {
    here.project({ django: { secrets: ['STRIPE_KEY'] } });
    expect(await failure()).toMatch(/^secrets\/prod\/django\/STRIPE_KEY is missing: write the value/);
    expect(cluster.changes).toEqual([]);
  });
});

describe('--dry-run', () => {
  test('says what would be built and loaded, and shows the manifests in order; nothing is done', async () => {
    here.project({ imagePullPolicy: 'IfNotPresent', gunicorn: { gpu: { count: 1 } } });
    await make({ build: true, dryRun: true });
    const said = here.said.join('\n');
    expect(said).toMatch(
      /^# build app with docker, and tag it by its content, in the place of \S+\/shop:1.0.0\n# load it into the cluster kind with kind\n/,
    );
    expect(machine.calls()).toEqual(['docker version']);
    expect(cluster.changes).toEqual([]);
    expect(readdirSync(here.root)).not.toContain('secrets');
    const objects = parseAllDocuments(said).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
    const at = (kind: string, name: RegExp) => objects.findIndex((one) => one.kind === kind && name.test(one.metadata.name));
    const order = [at('Namespace', /^shop-prod$/), at('StatefulSet', /postgres/), at('Job', /migrate/), at('Deployment', /gunicorn/)];
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(at('Deployment', /gunicorn/)).toBe(objects.length - 1);
    expect(said).toMatch(/# fill secrets\/prod\/ [^]*# wait for the migration, the Job shop-migrate-[^]*# only then apply/);
  });

  test('shows whole files as they are applied, blank lines and all', async () => {
    await make({ dryRun: true });
    const shown = parseAllDocuments(here.said.join('\n')).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
    here.said = [];
    await make();
    const [map] = shown.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('shop-gunicorn-'));
    expect(map?.data).toEqual(cluster.find('ConfigMap', map?.metadata.name ?? '')?.data);
    expect(Object.values(map?.data as Record<string, string>).join('')).toContain('\n\n');
  });
});

describe('where all hosts are .localhost', () => {
  beforeEach(() => here.project(LOCAL));
  test('the logs of all pods follow until it is interrupted, and the stack runs on', async () => {
    const asked = jest.spyOn(cluster, 'json');
    const attached = make();
    await interrupted(cluster);
    await attached;
    expect(here.said.at(-1)).toBe('shop-prod runs on; npm run logs prod -- --follow shows this again');
    expect(asked).toHaveBeenLastCalledWith('get', 'pods');
    expect(here.said).toContain('https://shop.localhost:8443/ until this is interrupted');
    expect(cluster.changes.at(-1)).toBe('port-forward service/shop-nginx 8443:443');
    expect(restarted()).toEqual([]);
  });

  test('what was said while it came up, as by the migration, is not said again', async () => {
    const one = {
      metadata: { name: 'shop-gunicorn-a', creationTimestamp: '2026-11-24T00:00:00Z', labels: GUNICORN },
      spec: { containers: [{ name: 'gunicorn' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'gunicorn', containerID: 'g1', state: { running: {} } }] },
    };
    const json = cluster.json.bind(cluster);
    const ofPods = (...args: readonly string[]) => (args.join(' ') === 'get pods' ? Promise.resolve({ items: [one] }) : json(...args));
    jest.spyOn(cluster, 'json').mockImplementation(ofPods);
    const run = jest.spyOn(cluster, 'run');
    const attached = make();
    await interrupted(cluster);
    await attached;
    const asked = run.mock.calls
      .map(([args]) => args.join(' '))
      .filter((words) => words.includes('--follow') && words.includes('--timestamps'));
    expect(asked).toEqual(['logs shop-gunicorn-a --container gunicorn --timestamps --follow --since=1s']);
  });

  test('what keeps this machine from reaching the site is said among them', async () => {
    cluster.refusing.add('port-forward');
    const attached = make();
    await interrupted(cluster);
    await attached;
    expect(here.said.filter((line) => line.startsWith('port-forward |'))).toEqual([expect.stringContaining('Forbidden')]);
  });

  test('where the site has an address of its own, nothing is forwarded', async () => {
    here.project({ ...LOCAL, nginx: { service: { type: 'NodePort', httpsNodePort: 30443 } } });
    const attached = make();
    await interrupted(cluster);
    await attached;
    expect(here.said).toContain('https://shop.localhost:30443/ where shop.localhost leads to a node');
    expect(cluster.changes.join('\n')).not.toContain('port-forward');
  });

  test('--detach returns instead', async () => {
    await make({ detach: true });
    expect(here.said.at(-2)).toBe('https://shop.localhost:8443/ while this runs:');
    expect(here.said.at(-1)).toBe('  kubectl --namespace shop-prod port-forward service/shop-nginx 8443:443');
  });
});

test('elsewhere it returns', async () => {
  await make();
  expect(here.said.join('\n')).not.toContain('runs on');
});

test('a build that fails leaves the cluster alone', async () => {
  process.env.FAILS = 'build';
  expect(await failure({ build: true })).toContain('docker build ended with 3');
  expect(cluster.changes).toEqual([]);
});

test('a release that fails says what does it again', async () => {
  cluster.failWhere((name) => name.startsWith('shop-migrate'));
  expect(await failure({ build: true })).toMatch(/^release 1 has failed: [^]*Mend it, and npm run up prod -- --build; or go back:/);
});

test('where Argo CD releases, it is told so, and nothing is built', async () => {
  here.project({ argocd: { repository: 'https://git.example.com/team/shop.git' } });
  expect(await failure({ build: true })).toMatch(/^prod has the section argocd: Argo CD applies what is in Git/);
  expect(machine.calls()).toEqual([]);
});

test('nothing it writes has codes of terminals, as it goes into a pipe here', async () => {
  await make({ build: true });
  expect(here.said.join('\n')).not.toContain('\x1b');
});

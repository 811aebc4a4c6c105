/** Releases by the real Argo CD, which needs the suite's own node: there its programs run. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../constructs/manifests';
import { Followed, PAGE } from './support/argocd';
import { during, kubectl, until, type Live, type Pod } from './support/kubectl';
import { block } from './support/page';
import { Release, type Variant } from './support/release';
import { arrive, visit } from './support/visitor';

const NAME = 'followed';
/** A migration that fails does so at once. */
const overrides = [{ kind: 'Job', name: `${NAME}-migrate`, merge: { spec: { backoffLimit: 0 } } }];
const release = new Release('dev', { release: NAME, django: { hosts: [`${NAME}.localhost`] }, overrides });
const followed = new Followed(release, { automated: true });
const follow = (text: string) => release.follow(block(PAGE, text));

/** Another nginx.conf, and so another ConfigMap, with each release. */
const LIMITS: Partial<Record<Variant, string>> = { dev: '11Mi', next: '12Mi', broken: '13Mi', slow: '14Mi' };
const upgrade = (variant: Variant) => followed.publishVariant(variant, { nginx: { uploadLimit: LIMITS[variant] } });

const imageOf = ({ spec }: Pod) => (spec as { containers: [{ image: string }] }).containers[0].image.split(':')[1];
const images = () => release.ready('gunicorn').map(imageOf);
const mapsOf = ({ spec }: Pod) =>
  (spec as { volumes?: { configMap?: { name: string } }[] }).volumes?.flatMap(({ configMap }) => configMap?.name ?? []) ?? [];
const frontMap = () =>
  release
    .pods('nginx')
    .flatMap(mapsOf)
    .find((name) => /-nginx-[0-9a-f]{8}$/.test(name)) ?? '';
const isReady = ({ status }: Pod) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** All that a sync could have touched: each object, and its state. */
const KINDS =
  'serviceaccounts,configmaps,networkpolicies,services,persistentvolumeclaims,statefulsets,deployments,poddisruptionbudgets,cronjobs';
const states = () =>
  release
    .list(KINDS, 'app.kubernetes.io/managed-by=cdk8s')
    .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
const outOfSync = () => followed.status.resources.filter(({ status }) => status !== undefined && status !== 'Synced');

/** The volumes, the namespace and the database. */
const kept = () => [
  kubectl(['get', 'namespace', release.namespace, '--output=jsonpath={.metadata.uid}']),
  ...release.list('persistentvolumeclaims,statefulsets').map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid}`),
];

interface Sample {
  /** Images of the pods of Gunicorn that are ready. */
  readonly serving: readonly (string | undefined)[];
  readonly migrated: boolean;
  readonly maps: readonly string[];
  /** ConfigMaps that a pod has and the namespace has not. */
  readonly missing: readonly string[];
}

/** What there is at one moment, without pods that have ended or are stopping. */
function sample(): Sample {
  const all = release.list('pods,configmaps,jobs');
  const pods = (all as Pod[]).filter(
    ({ kind, metadata, status }) =>
      kind === 'Pod' && metadata.deletionTimestamp === undefined && ['Pending', 'Running'].includes(status.phase),
  );
  const jobs = all.filter(({ kind }) => kind === 'Job').sort((a, b) => born(a) - born(b));
  const maps = all.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
  return {
    serving: pods.filter((pod) => pod.metadata.labels?.['app.kubernetes.io/component'] === 'gunicorn' && isReady(pod)).map(imageOf),
    migrated: jobs.at(-1)?.status.succeeded === 1,
    maps,
    missing: pods.flatMap(mapsOf).filter((name) => !maps.includes(name)),
  };
}
const born = ({ metadata }: Live) => Date.parse((metadata as unknown as { creationTimestamp: string }).creationTimestamp);

beforeAll(() => {
  execFileSync(join(__dirname, 'argocd/up'));
  followed.forget();
  release.kubectl('delete', 'namespace', release.namespace, '--ignore-not-found');
  arrive();
});
afterAll(() => {
  followed.forget();
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('the first install: database, migration and pods in turn, and the site serves', async () => {
  await release.fillSecrets();
  followed.write('dev', { nginx: { uploadLimit: LIMITS.dev } });
  await release.follow(block(PAGE, 'git add dist').replace('npm run synth\n', ''));
  await release.follow(block(PAGE, 'npm run secrets prod').replace('npm run secrets prod\n', ''));
  await followed.synced();
  const [database, migration, site] = [...release.list('statefulsets'), ...release.migrations(), ...release.list('deployments')].map(born);
  expect([database, migration, site]).toEqual([database, migration, site].sort());
  expect(release.sql("select count(*) from django_migrations where app = 'guestbook'")).toBe('1');
  await until('the site to answer', 30, () => visit(release, '/').status === 200);
});

test('nothing is out of sync after it; a second sync runs the migration again, and touches nothing else', async () => {
  expect(outOfSync()).toEqual([]);
  const [before, job] = [states(), release.migrations().map(({ metadata }) => metadata.uid)];
  await followed.sync();
  expect(states()).toEqual(before);
  expect(release.migrations()).toHaveLength(1);
  expect(release.migrations().map(({ metadata }) => metadata.uid)).not.toEqual(job);
  expect(outOfSync()).toEqual([]);
});

test('a Job that has expired is no difference, and starts nothing', async () => {
  const before = followed.status.operationState?.startedAt;
  release.kubectl('delete', 'jobs', '--selector=app.kubernetes.io/component=migrate');
  followed.refresh();
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(outOfSync()).toEqual([]);
  expect(followed.status).toMatchObject({ sync: { status: 'Synced' }, operationState: { startedAt: before } });
  expect(release.migrations()).toEqual([]);
});

test('a change in the cluster is undone, unless the page has said that Argo CD holds still', async () => {
  const replicas = () => release.list('deployments', 'app.kubernetes.io/component=nginx')[0]?.spec as { replicas: number };
  const scale = () => release.kubectl('scale', `deployment/${NAME}-nginx`, '--replicas=2');
  scale();
  await until('the change to be undone', 60, () => replicas().replicas === 1);
  await follow('"automated":null');
  scale();
  followed.refresh();
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(replicas().replicas).toBe(2);
  await release.follow('kubectl apply -f dist/argocd/prod.k8s.yaml');
  await until('the change to be undone', 60, () => replicas().replicas === 1);
  await followed.synced();
});

test('an upgrade: the old pods serve until it has migrated, and a ConfigMap goes after the pods that use it', async () => {
  const old = frontMap();
  await upgrade('next');
  const samples = await during(followed.synced(), sample);
  expect(samples.filter(({ serving, migrated }) => serving.includes('next') && !migrated)).toEqual([]);
  expect(samples.filter(({ serving, migrated }) => serving.includes('dev') && !migrated)).not.toEqual([]);
  expect(samples.filter(({ missing }) => missing.length > 0)).toEqual([]);
  expect(images()).toEqual(['next']);
  expect(frontMap()).not.toBe(old);
  expect(sample().maps).not.toContain(old);
  expect(visit(release, '/').status).toBe(200);
  expect(outOfSync()).toEqual([]);
});

test('a rollback: the commit before, on the newer database', async () => {
  const newer = frontMap();
  await follow('git revert');
  followed.refresh();
  await followed.synced();
  expect(images()).toEqual(['dev']);
  expect(sample().maps).not.toContain(newer);
  expect(release.sql("select count(*) from django_migrations where name = '0002_pause'")).toBe('1');
  await until('the site to answer', 30, () => visit(release, '/').status === 200);
});

test('a migration that fails stops the sync while the old pods serve with their ConfigMap, and the next commit mends it', async () => {
  const old = frontMap();
  await upgrade('broken');
  const failed = () => followed.status.operationState?.syncResult?.resources?.find(({ hookPhase }) => hookPhase === 'Failed');
  await until('the migration to fail', 90, () => failed()?.kind === 'Job');
  expect(await follow('logs --selector')).toContain('migration guestbook.0002_boom failed');
  expect(images()).toEqual(['dev']);
  expect(frontMap()).toBe(old);
  expect(sample().maps).toContain(old);
  expect(visit(release, '/').status).toBe(200);
  expect(followed.status.sync.status).toBe('OutOfSync');
  await upgrade('slow');
  await followed.synced();
  expect(images()).toEqual(['slow']);
  expect(sample().maps).not.toContain(old);
});

test('namespace, volumes and database stay when they are gone from Git, and nothing is out of sync for it', async () => {
  const before = kept();
  const stack = release.path('dist/dev/stack.k8s.yaml');
  const objects = parseAllDocuments(readFileSync(stack, 'utf8')).map((one) => one.toJS() as Manifest);
  const others = objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'postgres');
  writeFileSync(stack, others.map((object) => stringify(object)).join('---\n'));
  rmSync(release.path('dist/dev/base.k8s.yaml'));
  await followed.publish();
  await followed.compared();
  // Nothing is out of sync, so none begins: of a sync of the whole, which prunes, they are left too.
  await followed.sync();
  expect(kept()).toEqual(before);
  expect(visit(release, '/').status).toBe(200);
});

test('they stay when the Application goes with all else, and the database starts again', async () => {
  const before = kept();
  await follow('resources-finalizer');
  await follow('delete application');
  expect(release.list('deployments,cronjobs')).toEqual([]);
  expect(kept()).toEqual(before);
  release.kubectl('delete', 'pod', `${NAME}-postgres-0`);
  release.rolledOut(`statefulset/${NAME}-postgres`);
  expect(release.sql("select count(*) from django_migrations where app = 'guestbook'")).toBe('2');
});

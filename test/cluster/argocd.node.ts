/** Releases by the real Argo CD, which needs the suite's own node: there its programs run. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { Followed, PAGE } from './support/argocd';
import { during, kubectl, tagOf, until } from './support/kubectl';
import { block } from './support/page';
import { Release, type Variant } from './support/release';
import { born, mapsOf, sample } from './support/sample';
import { arrive, visit } from './support/visitor';

const NAME = 'followed';
/** A migration that fails does so at once. */
const overrides = [{ kind: 'Job', name: `${NAME}-migrate`, merge: { spec: { backoffLimit: 0 } } }];
const release = new Release('dev', { release: NAME, django: { hosts: [`${NAME}.localhost`] }, overrides });
const followed = new Followed(release, { automated: true });
const follow = (text: string) => release.follow(block(PAGE, text));

/** Another nginx.conf, and so another ConfigMap, with each release. */
const LIMITS: Partial<Record<Variant, string>> = { dev: '11Mi', next: '12Mi', broken: '13Mi', slow: '14Mi' };
async function upgrade(variant: Variant): Promise<void> {
  await followed.publish(variant, { nginx: { uploadLimit: LIMITS[variant] } });
  followed.refresh();
}

const images = () => release.ready('gunicorn').map(tagOf);
const frontMap = () =>
  release
    .pods('nginx')
    .flatMap(mapsOf)
    .find((name) => /-nginx-[0-9a-f]{8}$/.test(name)) ?? '';
const names = (kinds: string) => release.list(kinds).map(({ metadata }) => metadata.name);

/** All that a sync could have touched: each object, but for what controllers say of it. */
const KINDS =
  'serviceaccounts,configmaps,networkpolicies,services,persistentvolumeclaims,statefulsets,deployments,' +
  'poddisruptionbudgets,cronjobs,ingresses,horizontalpodautoscalers';
const states = () =>
  release
    .list(KINDS, 'app.kubernetes.io/managed-by=cdk8s')
    .map((object) => JSON.stringify(merge(object, { status: null, metadata: { resourceVersion: null } })));
const outOfSync = () => followed.status.resources.filter(({ status }) => status !== undefined && status !== 'Synced');

/** The volumes, the namespace and the database. */
const kept = () => [
  kubectl(['get', 'namespace', release.namespace, '--output=jsonpath={.metadata.uid}']),
  ...release.list('persistentvolumeclaims,statefulsets').map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid}`),
];

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
  await followed.publish('dev', { nginx: { uploadLimit: LIMITS.dev } });
  await follow('npm run secrets prod');
  await followed.synced();
  const [database, migration, site] = [...release.list('statefulsets'), ...release.migrations(), ...release.list('deployments')].map(born);
  expect([database, migration, site]).toEqual([database, migration, site].sort());
  expect(release.sql("select count(*) from django_migrations where app = 'guestbook'")).toBe('1');
  await until('the site to answer', () => visit(release, '/').status === 200);
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
  await until('Argo CD to know of it', () => !followed.status.resources.some(({ kind }) => kind === 'Job'));
  await followed.looked();
  expect(outOfSync()).toEqual([]);
  expect(followed.status).toMatchObject({ sync: { status: 'Synced' }, operationState: { startedAt: before } });
  expect(release.migrations()).toEqual([]);
});

test('a change in the cluster is undone, unless the page has said that Argo CD holds still', async () => {
  const replicas = () => release.list('deployments', 'app.kubernetes.io/component=nginx')[0]?.spec as { replicas: number };
  const scale = () => release.kubectl('scale', `deployment/${NAME}-nginx`, '--replicas=2');
  scale();
  await until('the change to be undone', () => replicas().replicas === 1);
  await follow('"automated":null');
  await followed.looked();
  scale();
  followed.refresh();
  await until('Argo CD to know of it', () => followed.status.sync.status === 'OutOfSync');
  await followed.looked();
  expect(replicas().replicas).toBe(2);
  await release.follow('kubectl apply -f dist/argocd/prod.k8s.yaml');
  await until('the change to be undone', () => replicas().replicas === 1);
  await followed.synced();
});

test('an upgrade: the old pods serve until it has migrated, and a ConfigMap goes after the pods that use it', async () => {
  const old = frontMap();
  await upgrade('next');
  const samples = await during(followed.synced(), () => sample(release));
  expect(samples.filter(({ serving, migrated }) => serving.includes('next') && !migrated)).toEqual([]);
  expect(samples.filter(({ serving, migrated }) => serving.includes('dev') && !migrated)).not.toEqual([]);
  expect(samples.filter(({ missing }) => missing.length > 0)).toEqual([]);
  expect(images()).toEqual(['next']);
  expect(frontMap()).not.toBe(old);
  expect(sample(release).maps).not.toContain(old);
  expect(visit(release, '/').status).toBe(200);
  expect(outOfSync()).toEqual([]);
});

test('a rollback: the commit before, on the newer database', async () => {
  const newer = frontMap();
  await follow('git revert');
  followed.refresh();
  await followed.synced();
  expect(images()).toEqual(['dev']);
  expect(sample(release).maps).not.toContain(newer);
  expect(release.sql("select count(*) from django_migrations where name = '0002_pause'")).toBe('1');
  await until('the site to answer', () => visit(release, '/').status === 200);
});

test('a migration that fails stops the sync while the old pods serve with their ConfigMap, and the next commit mends it', async () => {
  const old = frontMap();
  await upgrade('broken');
  const failed = () => followed.status.operationState?.syncResult?.resources?.find(({ hookPhase }) => hookPhase === 'Failed');
  await until('the migration to fail', () => failed()?.kind === 'Job');
  // Every ten seconds and more another try takes the place of that one.
  await until('the log to say why', async () => (await follow('logs --selector')).includes('migration guestbook.0002_boom failed'));
  expect(images()).toEqual(['dev']);
  expect(frontMap()).toBe(old);
  expect(sample(release).maps).toContain(old);
  expect(visit(release, '/').status).toBe(200);
  expect(followed.status.sync.status).toBe('OutOfSync');
  await upgrade('slow');
  await followed.synced();
  expect(images()).toEqual(['slow']);
  expect(sample(release).maps).not.toContain(old);
});

/** What waits for others: a claim for a pod, an autoscaler for metrics, an Ingress for its controller. */
const WHOLE = {
  django: { media: { storage: '64Mi', path: '/app/django_app/media' } },
  gunicorn: { replicas: { min: 1, max: 1 } },
  nginx: { uploadLimit: LIMITS.slow, ingress: { className: 'nobody' }, realIp: { from: ['10.244.0.0/16'] } },
  postgres: { pooler: { resources: { requests: { cpu: '50m' } } } },
  backup: { schedule: '30 4 29 2 *' },
  argocd: { syncOptions: ['ServerSideApply=true'] },
};

test('an Ingress without a controller holds up the removal of ConfigMaps and nothing else; applied by the server, nothing is out of sync', async () => {
  execFileSync(join(__dirname, 'metrics/up'));
  await followed.publish('slow', WHOLE);
  // What is new are the Secrets of the pooler, and the sync options.
  await follow('npm run secrets prod');
  followed.refresh();
  await until('the Ingress to be waited for', () => followed.status.operationState?.message?.includes('Ingress'));
  expect(release.list('cronjobs')[0]?.spec).toHaveProperty('schedule', WHOLE.backup.schedule);
  // As its controller would.
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
  release.kubectl('patch', 'ingress', `${NAME}-nginx`, '--subresource=status', '--type=merge', '--patch', JSON.stringify({ status }));
  await followed.synced();
});

test('then a second sync touches nothing, and nothing begins another one', async () => {
  const before = states();
  await followed.sync();
  expect(states()).toEqual(before);
  const began = followed.status.operationState?.startedAt;
  await followed.looked();
  expect(outOfSync()).toEqual([]);
  expect(followed.status.operationState?.startedAt).toBe(began);
});

test("Argo CD's own rollback runs no hook, and removes what the release before did not have, but for volumes", async () => {
  const jobs = () => release.migrations().map(({ metadata }) => metadata.uid);
  const before = jobs();
  await follow('"automated":null');
  await followed.rollBack();
  // Who collects garbage has the last word of each.
  await until(
    'what the release before did not have to go',
    () => [...names('horizontalpodautoscalers,ingresses'), ...release.pods('pooler')].length === 0,
  );
  expect(names('persistentvolumeclaims')).toContain(`${NAME}-media`);
  expect(jobs()).toEqual(before);
  release.rolledOut(`deployment/${NAME}-gunicorn`);
  await until('the site to answer', () => visit(release, '/').status === 200);
  // It sees the commit before it syncs by itself again: that of before has an Ingress that nobody sees to.
  await follow('git revert');
  await followed.looked();
  await release.follow('kubectl apply -f dist/argocd/prod.k8s.yaml');
  await followed.compared();
});

test('all stays and runs when the Application goes', async () => {
  const before = states();
  await follow('delete application');
  expect(states()).toEqual(before);
  await release.follow('kubectl apply -f dist/argocd/prod.k8s.yaml');
  await followed.compared();
});

test('namespace, volumes and database stay when they are gone from Git, and nothing is out of sync for it', async () => {
  const before = kept();
  const stack = release.path('dist/dev/stack.k8s.yaml');
  const objects = parseAllDocuments(readFileSync(stack, 'utf8')).map((one) => one.toJS() as Manifest);
  const others = objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'postgres');
  writeFileSync(stack, others.map((object) => stringify(object)).join('---\n'));
  rmSync(release.path('dist/dev/base.k8s.yaml'));
  followed.push();
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
  expect(names('deployments,cronjobs')).toEqual([]);
  expect(kept()).toEqual(before);
  await release.replaced('postgres', () => release.kubectl('delete', 'pod', `${NAME}-postgres-0`));
  expect(release.sql("select count(*) from django_migrations where app = 'guestbook'")).toBe('2');
});

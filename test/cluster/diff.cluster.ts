/** `npm run diff` against what runs: the API server is the judge of what changes, and of what it refuses to change. */
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { consequences } from '../../diff/consequences';
import { leaves, type Difference } from '../../diff/diff';
import { parseAllDocuments } from 'yaml';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl, until } from './support/kubectl';
import { block } from './support/page';
import { Release } from './support/release';

/** Its pods wait for Secrets that never come: only objects are compared. */
const release = new Release('dev', {
  release: 'differing',
  django: { hosts: ['differing.localhost'] },
  gunicorn: { replicas: { min: 1, max: 2 } },
  nginx: { service: { type: 'LoadBalancer' } },
});

const NOTHING = 'dev: nothing differs from cluster';
let folder: string;

beforeAll(async () => {
  expect(await release.diff()).toContain('Service differing-nginx: is reachable from outside the cluster (LoadBalancer)');
  folder = release.render('dev');
  release.apply();
  // One that waits for its volume takes other changes.
  await until('the claims to be bound', () => release.list('persistentvolumeclaims').every(({ status }) => status.phase === 'Bound'));
});
afterAll(() => {
  release.kubectl('delete', 'namespace', release.namespace, '--wait=false');
});

test('what is applied does not differ by the command of the page, whatever defaults the API server has and controllers fill in', async () => {
  const command = block('how-to/diff.md', '--against cluster')
    .split('\n')
    .find((line) => line.includes('--against cluster'));
  expect(await release.follow(command ?? '')).toMatch(new RegExp(`\n${NOTHING}$`));
});

test('what changes is told with its consequences, and whether the pods find room', async () => {
  const said = await release.diff('next', { gunicorn: { resources: { requests: { memory: '900Gi' }, limits: { memory: '900Gi' } } } });
  expect(said).toMatch(/^dev, against cluster; at the worst: restart$/m);
  expect(said).toMatch(/^ {2}Deployment differing-gunicorn: .*restarts? once the migration is done, .*requests\.memory: \w+ → 900Gi/ms);
  expect(said).toMatch(/^No node has room for \d of Deployment differing-gunicorn \(each asks for .*memory 900Gi/ms);
});

test('what somebody changed by hand is told, and gone with the next apply', async () => {
  release.kubectl('scale', 'deployment/differing-nginx', '--replicas=3');
  release.kubectl('patch', 'service', 'differing-nginx', '--patch', '{"spec":{"type":"NodePort"}}');
  const said = await release.diff();
  expect(said).toMatch(/^ {2}Deployment differing-nginx: replicas: 3 → 1$/m);
  expect(said).toMatch(/^ {2}Service differing-nginx: is reached in another way: .*type: NodePort → LoadBalancer/ms);
  release.apply();
  expect(await release.diff()).toBe(NOTHING);
});

test('what the manifests no longer have is told', async () => {
  expect(await release.diff('dev', { gunicorn: { replicas: 1 } })).toMatch(
    /^ {2}HorizontalPodAutoscaler differing-gunicorn: is no longer in the manifests/m,
  );
});

/** Another value of the same type; none of a quantity, which has rules of its own. */
function another({ after }: Difference): unknown {
  if (typeof after === 'number') return after + 1;
  if (typeof after === 'boolean') return !after;
  return typeof after === 'string' && !/^\d+\w?i?$/.test(after) ? `${after}x` : undefined;
}

/** Fields that the manifests leave to the API server. */
const UNSET: Readonly<Record<string, object>> = {
  Deployment: { paused: true, minReadySeconds: 1, progressDeadlineSeconds: 99 },
  StatefulSet: { podManagementPolicy: 'Parallel', minReadySeconds: 1, revisionHistoryLimit: 3, updateStrategy: { type: 'OnDelete' } },
  Job: { completions: 2, parallelism: 2, completionMode: 'Indexed', suspend: true },
  PersistentVolumeClaim: { storageClassName: 'other', volumeMode: 'Block', volumeName: 'other' },
  NetworkPolicy: { podSelector: { matchLabels: { a: 'b' } }, policyTypes: ['Ingress'] },
  Service: { clusterIP: 'None', sessionAffinity: 'ClientIP', publishNotReadyAddresses: true },
};

/** A patch that has a value at a path; undefined where lists are in the way. */
const patch = (path: readonly string[], value: unknown): object =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;

const REFUSED = /immutable|updates to .* are forbidden|may not change|is forbidden: only|Forbidden: spec is immutable/;

/** What the API server says of a change: it takes it, it refuses any change of it, or finds the value itself wrong. */
function verdict(manifest: Manifest): 'taken' | 'refused' | 'wrong' {
  try {
    kubectl(['apply', '--dry-run=server', '--filename', '-'], JSON.stringify(manifest));
    return 'taken';
  } catch (error) {
    return REFUSED.test((error as Error).message) ? 'refused' : 'wrong';
  }
}

const KINDS = [
  'Deployment',
  'StatefulSet',
  'Job',
  'CronJob',
  'Service',
  'PersistentVolumeClaim',
  'ConfigMap',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'NetworkPolicy',
  'ServiceAccount',
];

test.each(KINDS)('the API server refuses of a %s what is called immutable, and nothing else', (kind) => {
  const manifests = readdirSync(folder).flatMap((name) =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS() as Manifest),
  );
  const object = manifests.find((one) => one.kind === kind);
  if (!object) throw new Error(`the release has no ${kind}`);
  const judged: string[] = [];
  const set = leaves({ path: [], after: object }).map((leaf) => [leaf.path, another(leaf)] as const);
  const unset = Object.entries(UNSET[kind] ?? {}).map(([key, value]) => [['spec', key], value as unknown] as const);
  for (const [path, value] of [...set, ...unset]) {
    const field = path.slice(0, 2).join('.');
    if (value === undefined || ['apiVersion', 'kind', 'metadata'].includes(path[0] ?? '') || judged.includes(field)) continue;
    const changed = merge(object, patch(path, value)) as Manifest;
    const says = verdict(changed);
    if (says === 'wrong') continue;
    judged.push(field);
    const classes = consequences([object], [changed]).map((one) => one.class);
    expect([field, classes.includes('immutable')]).toEqual([field, says === 'refused']);
  }
  expect(judged).not.toEqual([]);
});

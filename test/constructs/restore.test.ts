import { App } from 'cdk8s';
import { schemaProblems } from '../../checks/schema';
import { manifests, type Manifest } from '../../constructs/manifests';
import type { Source } from '../../constructs/restore/database-job';
import { Restore } from '../../constructs/restore/restore';
import { Swap } from '../../constructs/restore/swap';
import { container, containers, podSpec, template, variables } from '../support/pods';
import { sourced } from '../support/programs';
import { config, render } from '../support/stack';
import { allows } from './policies';

const NEWEST: Source = { kind: 'backup' };

function objects(source = NEWEST, changes: object = {}): Manifest[] {
  const app = new App();
  const props = { config: config(changes), source, restored: 'shop_restored', aside: 'shop_before_20261123_120000' };
  new Restore(app, 'restore', props);
  new Swap(app, 'swap', props);
  return manifests(app);
}

function job(name: 'restore' | 'swap', ...about: Parameters<typeof objects>): Manifest {
  const found = objects(...about).find(({ kind, metadata }) => kind === 'Job' && metadata.name === `shop-${name}`);
  if (!found) throw new Error(`there is no Job ${name}`);
  return found;
}

test.each(objects().map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
  '%s is what its API takes',
  (_name, object) => {
    expect(schemaProblems(object)).toEqual([]);
  },
);

test('a database is restored, then its roles are made, and then its tables are those of this release', () => {
  expect(containers(job('restore')).map(({ name }) => name)).toEqual(['restore', 'roles', 'migrate']);
  expect(variables(container(job('restore'), 'roles'))).toMatchObject({ PGDATABASE: 'shop_restored', PGUSER: 'shop' });
  expect(variables(container(job('restore'), 'migrate'))).toMatchObject({ POSTGRES_DB: 'shop_restored', POSTGRES_USER: 'shop_owner' });
});

test('who restores knows both databases, is the administrator, and cannot write to the backups', () => {
  const one = container(job('restore'), 'restore');
  expect(variables(one)).toMatchObject({ PGDATABASE: 'shop', RESTORED: 'shop_restored', PGUSER: 'shop', BACKUP_DIRECTORY: '/backup' });
  expect(one.volumeMounts?.find(({ mountPath }) => mountPath === '/backup')).toMatchObject({ readOnly: true });
  expect(podSpec(job('restore')).volumes?.find(({ name }) => name === 'backup')?.persistentVolumeClaim).toEqual({
    claimName: 'shop-backup',
  });
});

test('a copy comes into a volume that goes with the pod, as that of the release may be lost', () => {
  const restored = job('restore', { kind: 'copy' }, { backup: { storage: '70Gi', storageClass: 'slow' } });
  const claim = podSpec(restored).volumes?.find(({ name }) => name === 'backup');
  expect(claim?.persistentVolumeClaim).toBeUndefined();
  expect(claim?.ephemeral?.volumeClaimTemplate.spec).toMatchObject({
    storageClassName: 'slow',
    resources: { requests: { storage: '70Gi' } },
  });
  expect(container(restored, 'restore').volumeMounts).toContainEqual({ name: 'backup', mountPath: '/backup' });
  expect(schemaProblems(restored)).toEqual([]);
});

test('who changes the names knows all three, and runs nothing else', () => {
  expect(containers(job('swap')).map(({ name }) => name)).toEqual(['swap']);
  expect(variables(container(job('swap'), 'swap'))).toMatchObject({
    PGDATABASE: 'shop',
    RESTORED: 'shop_restored',
    ASIDE: 'shop_before_20261123_120000',
  });
});

test.each<[string, Source, string[], object]>([
  ['the newest backup', NEWEST, ['newest'], {}],
  ['a backup of a time', { kind: 'backup', time: '20261123T120000Z' }, ['20261123T120000Z'], {}],
  [
    'a file',
    { kind: 'file', format: 'plain', checksum: 'abc', bytes: 42 },
    ['file'],
    { FORMAT: 'plain', CHECKSUM: 'abc', BYTES: '42', INCOMING: '/tmp/incoming' },
  ],
  ['a copy', { kind: 'copy', time: '20261123T120000Z' }, ['copy'], { INCOMING: '/tmp/incoming', BACKUP_DIRECTORY: '/backup' }],
  ['what was put aside', { kind: 'kept' }, ['kept'], {}],
])('%s is asked for by the arguments', (_what, source, args, environment) => {
  const one = container(job('restore', source), 'restore');
  expect(one.args).toEqual(args);
  expect(variables(one)).toMatchObject(environment);
});

test('a Job is not tried again by itself, and has two days, whatever a drill has', () => {
  for (const name of ['restore', 'swap'] as const) {
    expect(job(name, NEWEST, { drill: { deadline: '5h' } }).spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 48 * 3600 });
  }
});

test('as many tables are loaded at once as the server has processors', () => {
  const resources = { limits: { cpu: '4' } };
  expect(variables(container(job('restore', NEWEST, { postgres: { resources } }), 'restore')).JOBS).toBe('4');
});

test.each(['restore', 'swap'] as const)('what the pods of %s need is there in an installed stack', (name) => {
  const stack = render();
  const { serviceAccountName } = podSpec(job(name)) as { serviceAccountName?: string };
  expect(stack.names('ServiceAccount')).toContain(serviceAccountName);
  const { labels } = template(job(name)).metadata;
  const postgres = template(stack.find('StatefulSet', 'shop-postgres')).metadata.labels;
  expect(allows(stack, 'Egress', labels, { pod: postgres }, 5432)).toBe(true);
  expect(allows(stack, 'Ingress', postgres, { pod: labels }, 5432)).toBe(true);
});

test.each(['restore', 'swap'] as const)('the programs of %s are there with all that they read', (name) => {
  const maps = objects().filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`shop-migrate-${name}-`));
  const { data = {} } = maps[0] as { data?: Record<string, string> };
  expect(Object.keys(data)).toEqual(expect.arrayContaining([`${name}.sh`, ...sourced(data)]));
  expect(podSpec(job(name)).volumes?.find((volume) => volume.name === 'runtime')?.configMap?.name).toBe(maps[0]?.metadata.name);
});

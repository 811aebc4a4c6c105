import { App } from 'cdk8s';
import { schemaProblems } from '../../checks/schema';
import { manifests, type Manifest } from '../../constructs/manifests';
import { mediaOf } from '../../constructs/media';
import type { BackupSource } from '../../constructs/restore/job';
import { RestoreMedia } from '../../constructs/restore/restore-media';
import { container, containers, podSpec, template, variables, volume } from '../support/pods';
import { sourced } from '../support/programs';
import { config, render } from '../support/stack';

const MEDIA = { storage: '5Gi', path: '/app/media' };
const NEWEST: BackupSource = { kind: 'backup' };

function objects(source = NEWEST, changes: object = {}): Manifest[] {
  const app = new App();
  const resolved = config({ django: { media: MEDIA }, ...changes });
  new RestoreMedia(app, 'restore-media', { config: resolved, media: mediaOf(resolved) ?? { claim: 'none' }, source });
  return manifests(app);
}

function job(...about: Parameters<typeof objects>): Manifest {
  const found = objects(...about).find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'shop-restore-media');
  if (!found) throw new Error('there is no Job');
  return found;
}

const mountOf = (object: Manifest, name: string) =>
  container(object, 'restore-media').volumeMounts?.find(
    ({ mountPath }) => mountPath === variables(container(object, 'restore-media'))[name],
  );

test.each([NEWEST, { kind: 'copy' } as const])('objects are what the API takes: %j', (source) => {
  expect(objects(source).flatMap(schemaProblems)).toEqual([]);
});

test('it may write to the uploaded files, and not to the backups', () => {
  expect(volume(job(), 'media').persistentVolumeClaim).toEqual({ claimName: 'shop-media' });
  expect(mountOf(job(), 'MEDIA_DIRECTORY')).toEqual({ name: 'media', mountPath: '/media' });
  expect(volume(job(), 'backup').persistentVolumeClaim).toEqual({ claimName: 'shop-backup' });
  expect(mountOf(job(), 'BACKUP_DIRECTORY')).toMatchObject({ name: 'backup', readOnly: true });
});

test('it knows no secret, and runs once', () => {
  expect(containers(job())).toHaveLength(1);
  expect(podSpec(job()).volumes?.filter(({ secret }) => secret)).toEqual([]);
  expect(job().spec).toMatchObject({ backoffLimit: 0 });
});

test.each<[BackupSource, string]>([
  [NEWEST, 'newest'],
  [{ kind: 'backup', time: '20261123T120000Z' }, '20261123T120000Z'],
  [{ kind: 'copy', time: '20261123T120000Z' }, 'copy'],
])('%j is asked for by the argument %s', (source, argument) => {
  expect(container(job(source), 'restore-media').args).toEqual([argument]);
});

test('a copy comes into a volume that goes with the pod, with room for what a backup may be', () => {
  const copy = job({ kind: 'copy' });
  expect(volume(copy, 'backup').ephemeral?.volumeClaimTemplate.spec).toMatchObject({ resources: { requests: { storage: '15Gi' } } });
  expect(mountOf(copy, 'BACKUP_DIRECTORY')).not.toHaveProperty('readOnly');
  expect(variables(container(copy, 'restore-media')).INCOMING).toBe('/tmp/incoming');
});

test('what its pod needs is there in an installed stack', () => {
  expect(render().names('ServiceAccount')).toContain(podSpec(job()).serviceAccountName);
  expect(template(job()).metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'backup' });
});

test('its program is there with all that it reads', () => {
  const { data = {} } = objects().find(({ kind }) => kind === 'ConfigMap') as unknown as { data?: Record<string, string> };
  expect(container(job(), 'restore-media').command).toEqual(['bash', '/runtime/restore-media.sh']);
  // What judges a database has nothing to do here.
  const needed = sourced(data).filter((name) => !name.endsWith('.sql'));
  expect(Object.keys(data).sort()).toEqual([...new Set(['restore-media.sh', ...needed])].sort());
});

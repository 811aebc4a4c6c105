/** What a change of the file changes in the manifests, and that it changes nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStaticFiles } from '../../constructs/nginx/static-files';
import { diff } from '../../diff/diff';
import { render } from '../support/stack';

/** Expects these differences, as `kind name path`, in any order, and no others. */
function expectChanges(before: object, after: object, expected: readonly string[]): void {
  const found = diff(render(before).objects, render(after).objects).flatMap(({ kind, name, differences }) =>
    differences.map(({ path }) => `${kind} ${name} ${path.join('.')}`),
  );
  expect(found.sort()).toEqual([...expected].sort());
}

const POD = 'spec.template.spec';
const VERSION = 'metadata.labels.app.kubernetes.io/version';
const application = (...names: string[]) => names.map((kind) => `${kind} ${VERSION}`);

test('no change changes nothing', () => {
  expectChanges({}, {}, []);
});

test('a new image changes the images of gate, server and migration, their version labels, the name of the Job, and what backups remember', () => {
  expectChanges({}, { image: 'registry.example.com/team/shop:1.0.1' }, [
    ...['gunicorn', 'migrate'].flatMap((name) =>
      application(`NetworkPolicy shop-${name}`, `ServiceAccount shop-${name}`, `ConfigMap shop-${name}`),
    ),
    ...application('Service shop-gunicorn', 'Deployment shop-gunicorn', 'PodDisruptionBudget shop-gunicorn', 'Job shop-migrate'),
    `Deployment shop-gunicorn spec.template.${VERSION}`,
    `Job shop-migrate spec.template.${VERSION}`,
    `Deployment shop-gunicorn ${POD}.initContainers.migrated.image`,
    `Deployment shop-gunicorn ${POD}.containers.gunicorn.image`,
    `Job shop-migrate ${POD}.initContainers.pending.image`,
    `Job shop-migrate ${POD}.containers.migrate.image`,
    'Job shop-migrate metadata.name',
    `Job shop-migrate ${POD}.initContainers.backup.env.APPLICATION_IMAGE.value`,
    `CronJob shop-backup spec.jobTemplate.${POD}.containers.backup.env.APPLICATION_IMAGE.value`,
  ]);
});

test('one more GPU changes the limit, and the workers that follow from it', () => {
  expectChanges({ gunicorn: { gpu: { count: 1 } } }, { gunicorn: { gpu: { count: 2 } } }, [
    `Deployment shop-gunicorn ${POD}.containers.gunicorn.command.4`,
    `Deployment shop-gunicorn ${POD}.containers.gunicorn.resources.limits.nvidia.com/gpu`,
  ]);
});

test('a bigger backup volume changes its claim, which outlives the stack', () => {
  expectChanges({}, { backup: { storage: '20Gi' } }, ['PersistentVolumeClaim shop-backup spec.resources.requests.storage']);
});

test('a bigger database volume changes its claim, which may grow, the room of drills, and below 40Gi that of the write-ahead log', () => {
  const claim = 'PersistentVolumeClaim data-shop-postgres-0 spec.resources.requests.storage';
  const log = [16, 18].map((place) => `StatefulSet shop-postgres ${POD}.containers.postgres.args.${place}`);
  const pod = `CronJob shop-drill spec.jobTemplate.${POD}`;
  const drill = `${pod}.volumes.data.ephemeral.volumeClaimTemplate.spec.resources.requests.storage`;
  const drillLog = [17, 19].map((place) => `${pod}.containers.drill.args.${place}`);
  expectChanges({}, { postgres: { storage: '2Gi' } }, [claim, ...log, drill, ...drillLog]);
  expectChanges({ postgres: { storage: '40Gi' } }, { postgres: { storage: '400Gi' } }, [claim, drill]);
});

test('another schedule changes the schedule', () => {
  expectChanges({}, { backup: { schedule: '30 4 * * *' } }, ['CronJob shop-backup spec.schedule']);
});

test('more copies kept change the CronJob, and the migration that makes backups like it', () => {
  expectChanges({}, { backup: { keep: { daily: 14 } } }, [
    'Job shop-migrate metadata.name',
    `Job shop-migrate ${POD}.initContainers.backup.env.KEEP_DAILY.value`,
    'CronJob shop-backup spec.jobTemplate.spec.template.spec.containers.backup.env.KEEP_DAILY.value',
  ]);
});

test('another upload limit changes the configuration of Nginx, and so its pods', () => {
  expectChanges({}, { nginx: { uploadLimit: '512Mi' } }, [
    'ConfigMap shop-nginx data.nginx.conf',
    'ConfigMap shop-nginx metadata.name',
    `Deployment shop-nginx ${POD}.volumes.conf.configMap.name`,
  ]);
});

test('a variable of the application restarts Gunicorn, and migrates again', () => {
  const env = (value: string) => ({ django: { env: { SITE_NAME: value } } });
  expectChanges(env('a'), env('b'), [
    'Job shop-migrate metadata.name',
    `Job shop-migrate ${POD}.initContainers.pending.env.SITE_NAME.value`,
    `Job shop-migrate ${POD}.containers.migrate.env.SITE_NAME.value`,
    `Deployment shop-gunicorn ${POD}.initContainers.migrated.env.SITE_NAME.value`,
    `Deployment shop-gunicorn ${POD}.containers.gunicorn.env.SITE_NAME.value`,
  ]);
});

test('a front that waits longer for answers also stops later', () => {
  expectChanges({}, { nginx: { timeouts: { response: '5m' } } }, [
    'ConfigMap shop-nginx data.nginx.conf',
    'ConfigMap shop-nginx metadata.name',
    `Deployment shop-nginx ${POD}.volumes.conf.configMap.name`,
    `Deployment shop-nginx ${POD}.terminationGracePeriodSeconds`,
  ]);
});

test('another static file changes the files of Nginx, and so its pods, and nothing of Gunicorn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'static-'));
  const settings = { nginx: { static: { directory: 'docs' } } };
  writeFileSync(join(folder, 'a.css'), 'a {}');
  const before = render(settings, readStaticFiles(folder));
  writeFileSync(join(folder, 'b.css'), 'b {}');
  const after = render(settings, readStaticFiles(folder));
  rmSync(folder, { recursive: true });
  const found = diff(before.objects, after.objects);
  expect([...new Set(found.map(({ kind, name }) => `${kind} ${name}`))]).toEqual([
    'ConfigMap shop-nginx-static-0',
    'Deployment shop-nginx',
  ]);
  const ofPods = found.filter(({ kind }) => kind === 'Deployment').flatMap(({ differences }) => differences);
  expect(ofPods.map(({ path }) => path.join('.').replace(/^.*volumes\./, ''))).toEqual([
    expect.stringMatching(/^static-files\.projected\.sources\.0\.configMap\.items\./),
    'static-files.projected.sources.0.configMap.name',
  ]);
});

test('a renamed release is another one: every object comes anew, and the namespace and volumes of the old one are seen to go', () => {
  const found = diff(render().objects, render({ release: 'store' }).objects);
  expect(found.every(({ before, after }) => !before || !after)).toBe(true);
  const gone = found.filter(({ after }) => after === undefined).map(({ kind, name }) => `${kind} ${name}`);
  expect(gone).toEqual(expect.arrayContaining(['Namespace shop-test', 'PersistentVolumeClaim shop-backup', 'StatefulSet shop-postgres']));
  expect(found.filter(({ before }) => before === undefined)).toHaveLength(gone.length);
});

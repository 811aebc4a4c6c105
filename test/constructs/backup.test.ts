import { container, podSpec, variables, volume } from '../support/pods';
import { sourced } from '../support/programs';
import { config, render } from '../support/stack';

const cronJob = (backup: object = {}, changes: object = {}) => render({ ...changes, backup }).find('CronJob', 'shop-backup');
const dump = (backup: object = {}, changes: object = {}) => container(cronJob(backup, changes), 'backup');

describe('the schedule', () => {
  test('is that of the file, in its time zone', () => {
    expect(cronJob({ schedule: '30 2 * * 1', timeZone: 'Europe/Berlin' })).toMatchObject({
      spec: { schedule: '30 2 * * 1', timeZone: 'Europe/Berlin' },
    });
    expect(cronJob()).toMatchObject({ spec: { schedule: '0 3 * * *', timeZone: 'Etc/UTC' } });
  });

  test('fails for a time that never comes', () => {
    expect(() => config({ backup: { schedule: '0 3 31 2 *' } })).toThrow('backup.schedule: must be a cron line');
    expect(() => config({ backup: { timeZone: 'Mars/Base' } })).toThrow('backup.timeZone: must be a time zone');
  });

  test('one dump runs at a time, and a missed one is made up for within an hour', () => {
    expect(cronJob()).toMatchObject({ spec: { concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600 } });
  });

  test('dumps that went wrong can be looked at', () => {
    expect(cronJob()).toMatchObject({ spec: { successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3 } });
    expect(podSpec(cronJob()).restartPolicy).toBe('Never');
  });

  test('a dump that hangs ends when the file says, and is tried once more', () => {
    expect(cronJob()).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 7200);
    expect(cronJob({ deadline: '30m' })).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 1800);
    expect(cronJob()).toHaveProperty('spec.jobTemplate.spec.backoffLimit', 1);
  });
});

describe('a dump', () => {
  test('is made by the program of the stack', () => {
    expect(dump().command).toEqual(['bash', '/runtime/backup.sh']);
    expect(dump()).not.toHaveProperty('args');
    expect(dump().volumeMounts).toContainEqual({ name: 'runtime', mountPath: '/runtime', readOnly: true });
  });

  test('is of the database of the file', () => {
    expect(variables(dump({}, { postgres: { database: 'orders', user: 'clerk' } }))).toMatchObject({
      PGHOST: 'shop-postgres',
      PGPORT: '5432',
      PGDATABASE: 'orders',
      PGUSER: 'clerk_backup',
    });
  });

  test.each([
    [undefined, '6'],
    ['gzip', '6'],
    ['lz4', 'lz4'],
    ['zstd', 'zstd'],
    ['none', '0'],
  ])('is compressed as the file says: %s', (compression, told) => {
    expect(variables(dump({ compression })).COMPRESSION).toBe(told);
  });

  test('dumps one table at a time, or as many as the file says', () => {
    expect(variables(dump({})).JOBS).toBe('1');
    expect(variables(dump({ jobs: 4 })).JOBS).toBe('4');
  });

  test('remembers the image of the application', () => {
    expect(variables(dump({}, { image: 'registry.example.com/shop:9' })).APPLICATION_IMAGE).toBe('registry.example.com/shop:9');
  });

  test('is made by programs that are there', () => {
    const { data } = render().find('ConfigMap', 'shop-backup') as unknown as { data: Readonly<Record<string, string>> };
    expect([...new Set(sourced(data))].sort()).toEqual(['manifest.sql', 'media.sh', 'program.sh', 'rotation.sh']);
    expect(Object.keys(data).sort()).toEqual(['backup.sh', 'manifest.sql', 'media.sh', 'program.sh', 'rotation.sh']);
  });

  test('is kept as long as the file says, by days, weeks and months', () => {
    expect(variables(dump({ keep: { daily: 1, weekly: 2, monthly: 3 } }))).toMatchObject({
      KEEP_DAILY: '1',
      KEEP_WEEKLY: '2',
      KEEP_MONTHLY: '3',
    });
    expect(variables(dump())).toMatchObject({ KEEP_DAILY: '7', KEEP_WEEKLY: '4', KEEP_MONTHLY: '6' });
  });

  test('is kept on a claim of its own, where the program looks for it', () => {
    expect(volume(cronJob(), 'backup').persistentVolumeClaim).toEqual({ claimName: 'shop-backup' });
    expect(dump().volumeMounts).toContainEqual({ name: 'backup', mountPath: variables(dump()).BACKUP_DIRECTORY });
    expect(render().names('PersistentVolumeClaim')).toContain('shop-backup');
  });

  test('waits for the server, or for another dump, as long as migrations do', () => {
    expect(variables(dump({}, { migrate: { wait: '2m' } })).WAIT_SECONDS).toBe('120');
  });

  test('has the password as a file, and no other secret but the certificate of the server', () => {
    expect(dump().volumeMounts).toContainEqual({ name: 'secret-postgres-backup', mountPath: '/run/secrets/postgres', readOnly: true });
    expect(
      podSpec(cronJob())
        .volumes?.filter(({ secret }) => secret)
        .map(({ secret }) => secret?.secretName),
    ).toEqual(['shop-postgres-backup', 'shop-postgres-tls']);
  });

  test('has scratch space as large as the disk that the file gives it', () => {
    expect(variables(dump()).HOME).toBe('/tmp');
    expect(volume(cronJob({ resources: { limits: { 'ephemeral-storage': '7Gi' } } }), 'tmp').emptyDir).toEqual({ sizeLimit: '7Gi' });
  });
});

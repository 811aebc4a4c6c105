import { container, podSpec, variables, volume } from '../support/pods';
import { sourced } from '../support/programs';
import { config, render } from '../support/stack';

const cronJob = (drill: object = {}, changes: object = {}) => render({ ...changes, drill }).find('CronJob', 'shop-drill');
const drill = (settings: object = {}, changes: object = {}) => container(cronJob(settings, changes), 'drill');
const data = (settings: object = {}, changes: object = {}) => volume(cronJob(settings, changes), 'data').ephemeral?.volumeClaimTemplate;

describe('a drill', () => {
  test('comes once a week, or when the file says, and ends when it says', () => {
    expect(cronJob()).toMatchObject({ spec: { schedule: '0 5 * * 0', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' } });
    expect(cronJob()).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 4 * 3600);
    const told = cronJob({ schedule: '30 2 1 * *', timeZone: 'Europe/Berlin', deadline: '30m' });
    expect(told).toMatchObject({ spec: { schedule: '30 2 1 * *', timeZone: 'Europe/Berlin' } });
    expect(told).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 1800);
  });

  test('runs by programs that are there', () => {
    const { data: files } = render().find('ConfigMap', 'shop-drill') as unknown as { data: Readonly<Record<string, string>> };
    expect(drill().command).toEqual(['bash', '/runtime/drill.sh']);
    expect(Object.keys(files).sort()).toEqual([...new Set(['drill.sh', ...sourced(files)])].sort());
  });

  test('can read the backups where those are written, and change none', () => {
    expect(volume(cronJob(), 'backup').persistentVolumeClaim).toEqual({ claimName: 'shop-backup' });
    const { BACKUP_DIRECTORY: directory } = variables(drill());
    expect(drill().volumeMounts).toContainEqual({ name: 'backup', mountPath: directory, readOnly: true });
    expect(variables(container(render().find('CronJob', 'shop-backup'), 'backup')).BACKUP_DIRECTORY).toBe(directory);
  });

  test('knows no secret, and no address but its own', () => {
    expect(podSpec(cronJob()).volumes?.filter(({ secret }) => secret)).toEqual([]);
    expect(variables(drill())).toMatchObject({ PGHOST: '127.0.0.1', POSTGRES_HOST_AUTH_METHOD: 'trust', SOURCE: 'local' });
    expect(drill().args?.slice(-2)).toEqual(['-c', 'listen_addresses=127.0.0.1']);
  });

  test.each([14, 17, 18] as const)('starts a server like that of major %s, with its data on a volume that goes with the pod', (version) => {
    const real = container(render({ postgres: { version } }).find('StatefulSet', 'shop-postgres'), 'postgres');
    const own = drill({}, { postgres: { version } });
    expect(own.image).toBe(real.image);
    expect(own.args?.slice(0, 2)).toEqual(['docker-entrypoint.sh', 'postgres']);
    expect(variables(own).PGDATA).toBe(variables(real).PGDATA);
    expect(own.volumeMounts?.find(({ name }) => name === 'data')).toEqual(real.volumeMounts?.find(({ name }) => name === 'data'));
    expect(variables(own).PGDATABASE).toBe(variables(real).POSTGRES_DB);
  });

  test('is of the locale of the real server, and needs no TLS: nobody else can connect', () => {
    const locale = { provider: 'icu', name: 'de-DE' };
    const { POSTGRES_INITDB_ARGS: real } = variables(
      container(render({ postgres: { locale } }).find('StatefulSet', 'shop-postgres'), 'postgres'),
    );
    expect(variables(drill({}, { postgres: { locale } })).POSTGRES_INITDB_ARGS).toBe(real);
    expect(drill().args?.filter((arg) => /^(ssl|hba_file)/.test(arg))).toEqual([]);
    expect(variables(drill())).not.toHaveProperty('PGSSLMODE');
  });

  test('has as much room as the database, or as the file says', () => {
    expect(data({}, { postgres: { storage: '70Gi', storageClass: 'fast' } })?.spec).toMatchObject({
      resources: { requests: { storage: '70Gi' } },
      storageClassName: 'fast',
    });
    expect(data({ storage: '90Gi', storageClass: 'slow' })?.spec).toMatchObject({
      resources: { requests: { storage: '90Gi' } },
      storageClassName: 'slow',
    });
  });

  test('sizes its server by its own memory, and restores with as many jobs as it has CPUs', () => {
    const own = drill({ resources: { limits: { memory: '2Gi', cpu: '3500m' } } });
    expect(own.args).toContain('shared_buffers=524288kB');
    expect(variables(own).JOBS).toBe('3');
    expect(variables(drill({ resources: { limits: { cpu: '500m' } } })).JOBS).toBe('1');
  });

  test('has as much room for locks as the real server, which a dump of many tables was made with', () => {
    const locks = (postgres: object) => drill({}, { postgres }).args?.filter((arg) => arg.startsWith('max_locks_per_transaction'));
    expect(locks({})).toEqual(['max_locks_per_transaction=256']);
    expect(locks({ parameters: { max_locks_per_transaction: 900 } })).toEqual(['max_locks_per_transaction=900']);
    expect(drill({}, { postgres: { maxConnections: 150 } }).args).toContain('max_connections=150');
  });

  test('has else of the parameters of the file those of extensions only, as the others fit the real server', () => {
    const parameters = { shared_buffers: '256MB', shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': '500' };
    const { args = [] } = drill({}, { postgres: { parameters } });
    expect(args).toEqual(expect.arrayContaining(['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.max=500']));
    expect(args).not.toContain('shared_buffers=256MB');
  });

  test('is refused less memory than Postgres starts with', () => {
    expect(() => config({ drill: { resources: { limits: { memory: '200Mi' }, requests: { memory: '100Mi' } } } })).toThrow(
      'drill.resources.limits.memory: must be at least 256Mi for Postgres to start, got 200Mi',
    );
  });

  test('leaves its result, or the reason of its failure, in the status of its pod', () => {
    expect(variables(drill()).REPORT).toBe('/dev/termination-log');
    expect(drill().terminationMessagePolicy).toBe('FallbackToLogsOnError');
  });
});

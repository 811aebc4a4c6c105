import { container, podSpec, template, variables, volume } from '../support/pods';
import { config, render } from '../support/stack';

const job = (changes: object = {}) => render(changes).find('Job', 'shop-migrate');
const command = (changes: object = {}) => container(job(changes), 'migrate').command;
const name = (changes: object = {}) => job(changes).metadata.name;

describe('the Job', () => {
  test('makes the roles, looks what is pending, backs up, and then migrates', () => {
    expect(podSpec(job()).initContainers?.map((one) => one.name)).toEqual(['roles', 'pending', 'backup']);
    expect(podSpec(job()).containers.map((one) => one.name)).toEqual(['migrate']);
  });

  test('waits for the database as long as the file says', () => {
    const changes = { migrate: { wait: '90s' } };
    expect(container(job(changes), 'pending').command).toEqual(expect.arrayContaining(['--wait', '90']));
    expect(command(changes)).toEqual(expect.arrayContaining(['--wait', '90']));
    expect(variables(container(job(changes), 'backup')).WAIT_SECONDS).toBe('90');
    expect(command()).toEqual(expect.arrayContaining(['--wait', '300']));
  });

  test('limits what its statements wait for a lock, and what they take, to the whole deadline unless told otherwise', () => {
    const limits = (changes?: object) => command(changes)?.slice(4);
    expect(limits()).toEqual(['--lock-timeout', '5', '--statement-timeout', '3600']);
    expect(limits({ migrate: { lockTimeout: '2s', statementTimeout: '10m' } })).toEqual([
      '--lock-timeout',
      '2',
      '--statement-timeout',
      '600',
    ]);
    expect(limits({ migrate: { deadline: '2h' } })).toEqual(['--lock-timeout', '5', '--statement-timeout', '7200']);
  });

  test('refuses limits that could not work, with what they contradict', () => {
    expect(() => config({ migrate: { wait: '10s', lockTimeout: '20s' } })).toThrow(
      'migrate.lockTimeout: must not be above migrate.wait (10s), got 20s: no lock would be tried for twice',
    );
    expect(() => config({ migrate: { statementTimeout: '2h' } })).toThrow(
      'migrate.statementTimeout: must not be above migrate.deadline (3600s), which ends it before, got 7200s',
    );
  });

  test('is not tried anew where a migration is half done', () => {
    expect(job()).toHaveProperty('spec.podFailurePolicy', {
      rules: [{ action: 'FailJob', onExitCodes: { containerName: 'migrate', operator: 'In', values: [3] }, onPodConditions: [] }],
    });
  });

  test.each(['fail', 'warn'])('says that a model changed without a migration: %s', (missingMigrations) => {
    expect(container(job({ migrate: { missingMigrations } }), 'pending').command).toEqual(
      expect.arrayContaining(['--missing-migrations', missingMigrations]),
    );
  });

  test.each(['fail', 'warn'])('says what a risk of a pending migration leads to: %s', (risks) => {
    expect(container(job({ migrate: { risks } }), 'pending').command?.slice(-2)).toEqual(['--risks', risks]);
  });

  test('fails on a missing migration, and warns of a risk, unless told otherwise', () => {
    expect(container(job(), 'pending').command?.slice(-4)).toEqual(['--missing-migrations', 'fail', '--risks', 'warn']);
  });

  test('backs up only when something is to be migrated, by a mark that one container leaves for the other', () => {
    const [, marker] = /--marker (\S+)/.exec(container(job(), 'pending').command?.join(' ') ?? '') ?? [];
    expect(container(job(), 'backup').args).toEqual(['--only-if', marker]);
    const directory = marker?.replace(/\/[^/]+$/, '');
    expect(container(job(), 'pending').volumeMounts).toContainEqual({ name: 'work', mountPath: directory });
    expect(container(job(), 'backup').volumeMounts).toContainEqual({ name: 'work', mountPath: directory, readOnly: true });
    expect(volume(job(), 'work').emptyDir).toEqual({ sizeLimit: '1Mi' });
  });

  test('keeps its dumps with those of the schedule', () => {
    const backup = container(job(), 'backup');
    expect(volume(job(), 'backup').persistentVolumeClaim).toEqual({ claimName: 'shop-backup' });
    expect(backup.volumeMounts).toContainEqual({ name: 'backup', mountPath: '/backup' });
    expect(backup.command).toEqual(container(render().find('CronJob', 'shop-backup'), 'backup').command);
    expect(backup.env).toEqual(container(render().find('CronJob', 'shop-backup'), 'backup').env);
  });

  test('ends when the file says, which leaves time to pull a large image', () => {
    expect(job()).toHaveProperty('spec.activeDeadlineSeconds', 3600);
    expect(job({ migrate: { deadline: '3h' } })).toHaveProperty('spec.activeDeadlineSeconds', 10800);
    expect(() => config({ migrate: { deadline: '10m', wait: '2m' } })).toThrow(
      'migrate.deadline: must be above 5 times migrate.wait (120s), got 600s',
    );
    expect(job({ migrate: { deadline: '10m', wait: '119s' } })).toHaveProperty('spec.activeDeadlineSeconds', 600);
  });

  test('goes after an hour, so that a later apply runs it again', () => {
    expect(job()).toHaveProperty('spec.ttlSecondsAfterFinished', 3600);
  });

  test('is tried anew in a fresh pod, a few times', () => {
    expect(job()).toHaveProperty('spec.backoffLimit', 2);
    expect(podSpec(job()).restartPolicy).toBe('Never');
  });

  test('is run by Argo CD in each sync, before the new pods', () => {
    expect(job().metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      'argocd.argoproj.io/sync-wave': '-1',
    });
  });

  test('its pods are no web pods', () => {
    const selector = (render().find('Service', 'shop-gunicorn').spec as { selector: Record<string, string> }).selector;
    expect(template(job()).metadata.labels).not.toMatchObject(selector);
  });
});

describe('its name', () => {
  test('is there once, and stays the same while nothing changes', () => {
    expect(render().names('Job')).toHaveLength(1);
    expect(name()).toMatch(/^shop-migrate-[0-9a-f]{8}$/);
    expect(name()).toBe(name());
  });

  test.each([
    ['a new image', { image: 'registry.example.com/team/shop:2.0.0' }],
    ['another variable', { django: { env: { SITE_NAME: 'Shop' } } }],
    ['more time to wait', { migrate: { wait: '10m' } }],
    ['less time for locks', { migrate: { lockTimeout: '2s' } }],
    ['less time for a statement', { migrate: { statementTimeout: '10m' } }],
    ['another verdict', { migrate: { missingMigrations: 'warn' } }],
    ['another verdict on risks', { migrate: { risks: 'fail' } }],
    ['another secret', { django: { secrets: ['MAIL_TOKEN'] } }],
    ['another registry', { imagePullSecrets: ['registry'] }],
    ['more memory', { migrate: { resources: { limits: { memory: '2Gi' } } } }],
    ['another server', { postgres: { image: 'postgres:18.1' } }],
    ['GPUs, of which it is to see none', { gunicorn: { gpu: { count: 1 } } }],
  ])('changes with its pods, which cannot change: %s', (_what, changes) => {
    expect(name(changes)).not.toBe(name());
  });

  test.each([
    ['replicas', { gunicorn: { replicas: 3 }, nginx: { replicas: 4 } }],
    ['the front', { nginx: { uploadLimit: '1Mi', service: { type: 'LoadBalancer' } } }],
    ['the schedule', { backup: { schedule: '0 4 * * *', storage: '20Gi' } }],
    ["the database's size", { postgres: { storage: '20Gi', maxConnections: 150 } }],
    ['egress', { django: { egress: 'internet' } }],
    ['its own deadline', { migrate: { deadline: '2h', statementTimeout: '1h' } }],
  ])('does not change with what is no part of its pods: %s', (_what, changes) => {
    expect(name(changes)).toBe(name());
  });

  test('does not change with the number of GPUs', () => {
    expect(name({ gunicorn: { gpu: { count: 2 } } })).toBe(name({ gunicorn: { gpu: { count: 1 } } }));
  });
});

import { PUBLIC_KEY } from '../support/public-key';
import { container, containers, isWorkload, podSpec, variables, volume } from '../support/pods';
import { sourced } from '../support/programs';
import { render } from '../support/stack';
import { allows, podLabels } from './policies';

const OFFSITE = { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY };
const rendered = (changes: object = {}, others: object = {}) => render({ ...others, offsite: { ...OFFSITE, ...changes } });
const cronJob = (changes: object = {}, others: object = {}) => rendered(changes, others).find('CronJob', 'shop-offsite');
const offsite = (changes: object = {}, others: object = {}) => container(cronJob(changes, others), 'offsite');

test('without the section nothing is copied, and nothing waits to be', () => {
  expect(render().names('CronJob')).not.toContain('shop-offsite');
  expect(render().names('NetworkPolicy')).not.toContain('shop-offsite');
  expect(variables(container(render().find('CronJob', 'shop-backup'), 'backup'))).not.toHaveProperty('OFFSITE');
});

test('it comes every hour, or when the file says, and ends when it says', () => {
  expect(cronJob()).toMatchObject({ spec: { schedule: '30 * * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' } });
  const told = cronJob({ schedule: '0 6 * * *', timeZone: 'Europe/Berlin', deadline: '30m' });
  expect(told).toMatchObject({ spec: { schedule: '0 6 * * *', timeZone: 'Europe/Berlin' } });
  expect(told).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 1800);
});

test('it runs by programs that are there, with the key beside them', () => {
  const { data: files } = rendered().find('ConfigMap', 'shop-offsite') as unknown as { data: Readonly<Record<string, string>> };
  const { PUBLIC_KEY: path = '' } = variables(offsite());
  expect(offsite().command).toEqual(['bash', '/runtime/offsite.sh']);
  expect(Object.keys(files).sort()).toEqual([...new Set(['offsite.sh', 'public-key.asc', ...sourced(files)])].sort());
  expect(files[path.replace('/runtime/', '')]).toBe(PUBLIC_KEY);
});

test('it is told where to', () => {
  const settings = { endpoint: 'http://s3.example.com:9000', region: 'eu-central-1', bucket: 'safe', prefix: 'team/shop' };
  expect(variables(offsite(settings, { postgres: { database: 'orders' } }))).toMatchObject({
    ENDPOINT: 'http://s3.example.com:9000',
    REGION: 'eu-central-1',
    BUCKET: 'safe',
    PREFIX: 'team/shop',
    PGDATABASE: 'orders',
  });
});

test('it copies what backups write, can change none of them, and leaves notes where both kinds of backup look for them', () => {
  const all = rendered();
  const { BACKUP_DIRECTORY: directory, NOTES_DIRECTORY: notes, OFFSITE: place } = variables(offsite());
  expect(place).toBe('https://s3.example.com/backups/shop-test');
  for (const [kind, name] of [
    ['CronJob', 'shop-backup'],
    ['Job', 'shop-migrate'],
  ] as const) {
    expect(variables(container(all.find(kind, name), 'backup'))).toMatchObject({
      BACKUP_DIRECTORY: directory,
      NOTES_DIRECTORY: notes,
      OFFSITE: place,
    });
  }
  expect(volume(cronJob(), 'backup').persistentVolumeClaim).toEqual({ claimName: 'shop-backup' });
  expect(offsite().volumeMounts?.filter(({ name }) => name === 'backup')).toEqual([
    { name: 'backup', mountPath: directory, readOnly: true },
    { name: 'backup', mountPath: notes, subPath: notes?.replace(`${directory}/`, '') },
  ]);
});

test('rclone comes from its own image, and only the other container has what is secret', () => {
  const [rclone] = podSpec(cronJob()).initContainers ?? [];
  expect(rclone?.image).toMatch(/^docker\.io\/rclone\/rclone:\d+\.\d+\.\d+$/);
  expect(rclone?.volumeMounts).toEqual([{ name: 'tools', mountPath: '/tools' }]);
  expect(offsite().image).toBe(container(rendered().find('CronJob', 'shop-backup'), 'backup').image);
  expect(offsite().volumeMounts).toContainEqual({ name: 'tools', mountPath: '/tools', readOnly: true });
  expect(variables(offsite())).toMatchObject({ TOOLS_DIRECTORY: '/tools', SSL_CERT_FILE: '/tools/ca-certificates.crt' });
});

test('its credentials are a Secret of their own, which nobody else mounts, and it mounts no other', () => {
  const mounting = rendered()
    .objects.filter(isWorkload)
    .flatMap((object) =>
      (podSpec(object).volumes ?? []).flatMap(({ secret }) => (secret ? [`${object.metadata.name} ${secret.secretName}`] : [])),
    );
  expect(mounting.filter((line) => line.includes('offsite'))).toEqual(['shop-offsite shop-offsite']);
  expect(offsite().volumeMounts).toContainEqual({ name: 'secret-offsite', mountPath: '/run/secrets/offsite', readOnly: true });
});

test('a piece fits into the room that the pod has, beside rclone', () => {
  const { emptyDir } = volume(cronJob({ resources: { limits: { 'ephemeral-storage': '512Mi' } } }), 'tmp');
  expect(emptyDir).toEqual({ sizeLimit: '512Mi' });
  expect(Number(variables(offsite()).PIECE_BYTES)).toBeLessThan(512 * 1024 ** 2 - 256 * 1024 ** 2);
});

test('the reason of a failure is left in the status of the pod', () => {
  expect(offsite().terminationMessagePolicy).toBe('FallbackToLogsOnError');
});

describe('the network', () => {
  const reaches = (address: string, port: number, changes: object = {}) => {
    const all = rendered(changes);
    const labels = podLabels(all);
    return Object.keys(labels).filter((component) => allows(all, 'Egress', labels[component] ?? {}, { address }, port));
  };

  test('lets it reach the port of the endpoint in the internet, and nothing else', () => {
    expect(reaches('203.0.113.9', 443)).toEqual(['offsite']);
    expect(reaches('203.0.113.9', 80)).toEqual([]);
    expect(reaches('10.0.0.9', 443)).toEqual([]);
    expect(reaches('169.254.169.254', 443)).toEqual([]);
    expect(reaches('203.0.113.9', 9000, { endpoint: 'https://s3.example.com:9000' })).toEqual(['offsite']);
  });

  test('lets it reach the addresses that the file names instead', () => {
    const addresses = ['10.20.0.0/24', '2001:db8::/32'];
    expect(reaches('10.20.0.7', 443, { addresses })).toEqual(['offsite']);
    expect(reaches('2001:db8::7', 443, { addresses })).toEqual(['offsite']);
    expect(reaches('10.20.1.7', 443, { addresses })).toEqual([]);
    expect(reaches('203.0.113.9', 443, { addresses })).toEqual([]);
  });

  test('lets it ask for names, reach no pod, and be reached by none', () => {
    const all = rendered();
    const labels = podLabels(all);
    const own = labels.offsite ?? {};
    expect(allows(all, 'Egress', own, { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } }, 53, 'UDP')).toBe(true);
    for (const other of Object.values(labels))
      for (const port of [443, 5432, 8000, 8443]) {
        expect(allows(all, 'Egress', own, { pod: other }, port)).toBe(false);
        expect(allows(all, 'Ingress', own, { pod: other }, port)).toBe(false);
      }
  });
});

test('its resources reach both of its containers and no other', () => {
  const resources = { requests: { cpu: '30m' }, limits: { memory: '777Mi' } };
  const reached = rendered({ resources })
    .objects.filter(isWorkload)
    .flatMap(containers)
    .filter((one) => one.resources.limits.memory === '777Mi')
    .map(({ name }) => name);
  expect(reached).toEqual(['rclone', 'offsite']);
});

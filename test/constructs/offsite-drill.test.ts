import { PUBLIC_KEY } from '../support/public-key';
import { container, containers, isWorkload, podSpec, variables, volume } from '../support/pods';
import { sourced } from '../support/programs';
import { config, render } from '../support/stack';
import { allows, podLabels } from './policies';

const offsite = (drill?: object) => ({
  endpoint: 'https://s3.example.com',
  bucket: 'backups',
  publicKey: PUBLIC_KEY,
  ...(drill && { drill: { secretName: 'reader', ...drill } }),
});
const rendered = (drill: object = {}, others: object = {}) => render({ ...others, offsite: offsite(drill) });
const cronJob = (...about: Parameters<typeof rendered>) => rendered(...about).find('CronJob', 'shop-offsite-drill');

test('without a Secret that may read there is none, and the other drill has no way to the bucket', () => {
  const without = render({ offsite: offsite() });
  expect(without.names('CronJob')).not.toContain('shop-offsite-drill');
  expect(allows(rendered(), 'Egress', podLabels(rendered()).drill ?? {}, { address: '203.0.113.9' }, 443)).toBe(false);
});

test('it comes in turn with the other one, or when the file says, and ends when it says', () => {
  expect(cronJob()).toMatchObject({ spec: { schedule: '0 5 * * 3' } });
  expect(rendered().find('CronJob', 'shop-drill')).toMatchObject({ spec: { schedule: '0 5 * * 0' } });
  const told = cronJob({ schedule: '30 2 1 * *', timeZone: 'Europe/Berlin', deadline: '30m' });
  expect(told).toMatchObject({ spec: { schedule: '30 2 1 * *', timeZone: 'Europe/Berlin' } });
  expect(told).toHaveProperty('spec.jobTemplate.spec.activeDeadlineSeconds', 1800);
});

test('a copy is fetched into a volume of its own, which the drill cannot change', () => {
  const pod = cronJob({}, { backup: { storage: '70Gi' } });
  expect(containers(pod).map(({ name }) => name)).toEqual(['rclone', 'fetch', 'drill']);
  expect(volume(pod, 'backup').ephemeral?.volumeClaimTemplate.spec).toMatchObject({ resources: { requests: { storage: '70Gi' } } });
  const [fetch, drill] = [container(pod, 'fetch'), container(pod, 'drill')];
  const { BACKUP_DIRECTORY: directory = '' } = variables(fetch);
  expect(fetch.args).toEqual(['newest']);
  expect(fetch.volumeMounts).toContainEqual({ name: 'backup', mountPath: directory });
  expect(drill.volumeMounts).toContainEqual({ name: 'backup', mountPath: directory, readOnly: true });
  expect(variables(drill)).toMatchObject({ BACKUP_DIRECTORY: directory, SOURCE: 'off-site' });
  expect(variables(fetch).PGDATABASE).toBe(variables(drill).PGDATABASE);
});

test('it looks where copies are sent to', () => {
  const names = ['ENDPOINT', 'REGION', 'BUCKET', 'PREFIX', 'TOOLS_DIRECTORY', 'SSL_CERT_FILE'];
  const of = (name: string, one: string) => {
    const found = variables(container(rendered().find('CronJob', name), one));
    return Object.fromEntries(names.map((variable) => [variable, found[variable]]));
  };
  expect(of('shop-offsite-drill', 'fetch')).toEqual(of('shop-offsite', 'offsite'));
  expect(Object.values(of('shop-offsite', 'offsite'))).not.toContain(undefined);
});

test('the Secret is mounted by the container that fetches, and by nobody else', () => {
  const mounting = rendered()
    .objects.filter(isWorkload)
    .flatMap((object) =>
      containers(object)
        .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === 'secret-offsite-drill'))
        .map(({ name }) => `${object.metadata.name} ${name}`),
    );
  expect(mounting).toEqual(['shop-offsite-drill fetch']);
  expect(podSpec(cronJob()).volumes?.flatMap(({ secret }) => secret?.secretName ?? [])).toEqual(['reader']);
  const { PRIVATE_KEY: key } = variables(container(cronJob(), 'fetch'));
  expect(key).toBe('/run/secrets/offsite/PRIVATE_KEY');
  expect(rendered().names('Secret')).toEqual([]);
});

test('its programs are there with all that they read', () => {
  const { data } = rendered().find('ConfigMap', 'shop-offsite-drill') as unknown as { data: Readonly<Record<string, string>> };
  expect(Object.keys(data).sort()).toEqual([...new Set(['drill.sh', 'fetch.sh', 'public-key.asc', ...sourced(data)])].sort());
  const { PUBLIC_KEY: path = '' } = variables(container(cronJob(), 'fetch'));
  expect(data[path.replace('/runtime/', '')]).toBe(PUBLIC_KEY);
});

test('its pod reaches the bucket and DNS, and no pod reaches it or is reached by it', () => {
  const all = rendered();
  const labels = podLabels(all);
  const own = labels['offsite-drill'] ?? {};
  expect(allows(all, 'Egress', own, { address: '203.0.113.9' }, 443)).toBe(true);
  expect(allows(all, 'Egress', own, { address: '203.0.113.9' }, 80)).toBe(false);
  expect(allows(all, 'Egress', own, { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } }, 53, 'UDP')).toBe(true);
  for (const other of Object.values(labels)) {
    expect(allows(all, 'Egress', own, { pod: other }, 5432)).toBe(false);
    expect(allows(all, 'Ingress', own, { pod: other }, 5432)).toBe(false);
  }
});

test('the Secret that may only put is refused', () => {
  expect(() => config({ offsite: offsite({ secretName: 'shop-offsite' }) })).toThrow(
    'offsite.drill.secretName: must be another Secret than shop-offsite, whose credentials need not read',
  );
  expect(() => config({ offsite: offsite({ secretName: null }) })).toThrow('offsite.drill.secretName: is missing');
});

import { EXTERNAL } from '../support/kinds';
import { merge } from '../../constructs/finish';
import { container, containers, isWorkload, podSpec, variables } from '../support/pods';
import { render, type Rendered } from '../support/stack';
import { allows, podLabels } from './policies';

const rendered = (external: object = {}) => render(merge(EXTERNAL, { postgres: { external } }) as object);
const CLIENTS = [
  ['Job', 'shop-migrate', 'roles'],
  ['Job', 'shop-migrate', 'backup'],
  ['Job', 'shop-migrate', 'migrate'],
  ['Deployment', 'shop-gunicorn', 'gunicorn'],
  ['CronJob', 'shop-backup', 'backup'],
] as const;
const client = (kind: string, object: string, name: string, external: object = {}) =>
  variables(container(rendered(external).find(kind, object), name));

test('no server of the release is made, and no claim for one', () => {
  const all = rendered();
  expect(all.objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'postgres')).toEqual([]);
  expect(all.names('PersistentVolumeClaim')).toEqual(['shop-backup']);
  expect(all.names('StatefulSet')).toEqual([]);
});

test.each(CLIENTS)('%s %s: %s connects to it, and verifies who it is', (kind, object, name) => {
  const told = client(kind, object, name, { port: 6432 });
  expect(told.PGHOST ?? told.POSTGRES_HOST).toBe('db.example.com');
  expect(told.PGPORT ?? told.POSTGRES_PORT).toBe('6432');
  expect(told).toMatchObject({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/run/secrets/postgres-tls/ca.crt' });
});

test('the administrator of the server makes the roles, whose names begin with its own', () => {
  expect(client('Job', 'shop-migrate', 'roles')).toMatchObject({ PGUSER: 'manager', OWNER_ROLE: 'manager_owner' });
  expect(client('CronJob', 'shop-backup', 'backup')).toMatchObject({ PGUSER: 'manager_backup' });
});

test('of the Secret that somebody else makes, the one who makes the roles mounts the password, and clients the authority alone', () => {
  const keys = (kind: string, object: string) =>
    (podSpec(rendered().find(kind, object)).volumes ?? [])
      .filter(({ secret }) => secret?.secretName === 'managed')
      .flatMap(({ secret }) => secret?.items?.map(({ key }) => key) ?? []);
  expect(keys('Job', 'shop-migrate').sort()).toEqual(['POSTGRES_PASSWORD', 'ca.crt']);
  expect(keys('Deployment', 'shop-gunicorn')).toEqual(['ca.crt']);
  expect(keys('CronJob', 'shop-backup')).toEqual(['ca.crt']);
});

test.each(['require', 'disable'])('with sslMode %s nobody asks for an authority', (sslMode) => {
  const all = rendered({ sslMode });
  for (const [kind, object, name] of CLIENTS) {
    expect(client(kind, object, name, { sslMode })).toMatchObject({ PGSSLMODE: sslMode });
    expect(client(kind, object, name, { sslMode })).not.toHaveProperty('PGSSLROOTCERT');
  }
  const mounts = all.objects.filter(isWorkload).flatMap((object) => containers(object).flatMap(({ volumeMounts = [] }) => volumeMounts));
  expect(mounts.map(({ name }) => name)).not.toContain('secret-postgres-tls');
});

/** Components that may connect to an address. */
const reaching = (all: Rendered, address: string, port: number) =>
  Object.entries(podLabels(all))
    .filter(([, labels]) => allows(all, 'Egress', labels, { address }, port))
    .map(([component]) => component)
    .sort();

test('its clients reach it, at its port and nothing beside it, and nobody else does', () => {
  const all = rendered({ port: 6432 });
  expect(reaching(all, '10.20.3.4', 6432)).toEqual(['backup', 'gunicorn', 'migrate']);
  expect(reaching(all, '10.20.3.4', 5432)).toEqual([]);
  expect(reaching(all, '10.21.3.4', 6432)).toEqual([]);
});

test('a pooler stands before it as before one in the cluster', () => {
  const all = render(merge(EXTERNAL, { postgres: { pooler: {} } }) as object);
  const { data } = all.find('ConfigMap', 'shop-pooler') as unknown as { data: Readonly<Record<string, string>> };
  expect(data['pgbouncer.ini']).toContain('shop = host=db.example.com port=5432 dbname=shop\n');
  expect(data['pgbouncer.ini']).toContain('server_tls_sslmode = verify-full\nserver_tls_ca_file = /run/secrets/postgres-tls/ca.crt\n');
  const gunicorn = variables(container(all.find('Deployment', 'shop-gunicorn'), 'gunicorn'));
  expect(gunicorn).toMatchObject({ POSTGRES_HOST: 'shop-pooler', PGSSLROOTCERT: '/run/secrets/pooler-tls/ca.crt' });
  expect(reaching(all, '10.20.3.4', 5432)).toEqual(['backup', 'migrate', 'pooler']);
});

import { databaseRoles, LONGEST_ADMINISTRATOR } from '../../config/database-roles';
import { DATABASE_ROLES } from '../../constructs/secrets';
import { container, containers, isWorkload, variables } from '../support/pods';
import { config, render } from '../support/stack';

const job = (postgres: object = {}) => render({ postgres }).find('Job', 'shop-migrate');
const roles = (postgres: object = {}) => container(job(postgres), 'roles');

/** Secrets that a container mounts, besides that of the certificate, by the folder that it finds them in. */
const secretsOf = (one: { volumeMounts?: { name: string; mountPath: string }[] }) =>
  Object.fromEntries(
    (one.volumeMounts ?? [])
      .filter(({ name }) => name.startsWith('secret-') && name !== 'secret-postgres-tls')
      .map(({ name, mountPath }) => [mountPath, name.replace('secret-', '')]),
  );

describe('the program that makes the roles', () => {
  test('is run as the administrator by the image of the server, before all that connects in a role', () => {
    expect(roles().command).toEqual(['bash', '/runtime/roles.sh']);
    expect(containers(job())[0]?.name).toBe('roles');
    expect(roles({ image: 'registry.example.com/postgres:18.2' }).image).toBe('registry.example.com/postgres:18.2');
    expect(variables(roles({ user: 'clerk', database: 'orders' }))).toMatchObject({
      PGHOST: 'shop-postgres',
      PGPORT: '5432',
      PGDATABASE: 'orders',
      PGUSER: 'clerk',
    });
  });

  test('is told the name of every role, and waits as long as migrations do', () => {
    expect(variables(roles({ user: 'clerk' }))).toMatchObject({
      OWNER_ROLE: 'clerk_owner',
      APP_ROLE: 'clerk_app',
      APP_LOGINS: 'clerk_app_a clerk_app_b',
      BACKUP_ROLE: 'clerk_backup',
      WAIT_SECONDS: '300',
    });
  });

  test('reads the passwords of all roles, each in a folder of its own', () => {
    expect(secretsOf(roles())).toEqual({
      '/run/secrets/postgres': 'postgres',
      ...Object.fromEntries(DATABASE_ROLES.map((role) => [`/run/secrets/postgres-${role}`, `postgres-${role}`])),
    });
  });

  test('is there with all that it runs', () => {
    const { data = {} } = render().find('ConfigMap', 'shop-migrate') as { data?: Record<string, string> };
    const named = [...(data['roles.sh'] ?? '').matchAll(/BASH_SOURCE\[0\]%\/\*}\/([\w.]+)/g)].map(([, name]) => name);
    const included = [...(data['roles.sql'] ?? '').matchAll(/^\\ir (\S+)/gm)].map(([, name]) => name);
    expect([...named, ...included].sort()).toEqual(['program.sh', 'rights.sql', 'roles.sql']);
    expect(Object.keys(data)).toEqual(expect.arrayContaining([...named, ...included]));
  });

  test('makes the extensions that the file lists', () => {
    expect(variables(roles()).EXTENSIONS).toBe('');
    expect(roles().env).toContainEqual({ name: 'EXTENSIONS' });
    expect(variables(roles({ extensions: ['pg_trgm', 'uuid-ossp'] })).EXTENSIONS).toBe('pg_trgm,uuid-ossp');
    expect(() => config({ postgres: { extensions: ['pg trgm'] } })).toThrow('postgres.extensions[0]: must be the name of an extension');
  });
});

describe('the password of the administrator', () => {
  test('is mounted by Postgres and that program, and by nobody else', () => {
    const readers = render()
      .objects.filter(isWorkload)
      .flatMap((object) => containers(object).map((one) => ({ name: one.name, secrets: Object.values(secretsOf(one)) })))
      .filter(({ secrets }) => secrets.includes('postgres'));
    expect(readers.map(({ name }) => name)).toEqual(['postgres', 'roles']);
  });

  test.each([
    ['Job', 'shop-migrate', 'pending', 'postgres-owner'],
    ['Job', 'shop-migrate', 'migrate', 'postgres-owner'],
    ['Job', 'shop-migrate', 'backup', 'postgres-backup'],
    ['CronJob', 'shop-backup', 'backup', 'postgres-backup'],
    ['Deployment', 'shop-gunicorn', 'migrated', 'postgres-app'],
    ['Deployment', 'shop-gunicorn', 'gunicorn', 'postgres-app'],
  ])('%s %s, container %s finds that of its own role alone, where programs look', (kind, name, which, secret) => {
    const mounted = secretsOf(container(render().find(kind, name), which));
    expect(mounted['/run/secrets/postgres']).toBe(secret);
    expect(Object.values(mounted).filter((one) => one.startsWith('postgres'))).toEqual([secret]);
  });
});

test('the longest name of an administrator leaves room for those of all roles', () => {
  const longest = 'a'.repeat(LONGEST_ADMINISTRATOR);
  const names = Object.values(databaseRoles(config({ postgres: { user: longest } }).postgres.user)).flat();
  expect(Math.max(...names.map((name) => name.length))).toBe(63);
  expect(() => config({ postgres: { user: `${longest}a` } })).toThrow(`postgres.user: must be at most ${LONGEST_ADMINISTRATOR} lower-case`);
});

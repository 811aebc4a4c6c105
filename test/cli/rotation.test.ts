import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandError } from '../../cli/command';
import type { RotationName } from '../../cli/rotation/rotation';
import { secrets } from '../../cli/secrets';
import type { Manifest } from '../../constructs/manifests';
import { EXTERNAL, OPERATED } from '../support/kinds';
import { place } from '../support/place';

const here = place();
beforeEach(async () => {
  here.project({ gunicorn: { gracefulTimeout: '40s' }, migrate: { deadline: '2h' } });
  await secrets('prod', here.root);
  here.said.length = 0;
});

const rotate = (what: RotationName) => secrets('prod', here.root, what);
const failure = (what: RotationName) => rotate(what).then(String, (error: unknown) => (error as CommandError).message);
const applied = (name: string, key: string) => {
  const found = here.secrets<Manifest & { data: Record<string, string> }>().find(({ metadata }) => metadata.name === name);
  return Buffer.from(found?.data[key] ?? '', 'base64').toString();
};
const values = () => Object.fromEntries(files().map((file) => [file, here.read(file)]));
const files = () =>
  readdirSync(here.path(''), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(here.path('').length))
    .map((name) => name.replace(/^\//, ''));
/** The commands that it ends with, without what joins them. */
const commands = () => (here.said.at(-1) ?? '').split('\n\n')[1]?.split(' &&\n') ?? [];

describe('postgres', () => {
  const ROLES = ['postgres-owner', 'postgres-app', 'postgres-backup'];

  test('gives every role another password, and keeps that of before beside', async () => {
    const before = values();
    await rotate('postgres');
    for (const role of ROLES) {
      const file = `${role}/POSTGRES_PASSWORD`;
      expect(here.read(file)).toMatch(/^[\w-]{64}$/);
      expect(here.read(file)).not.toBe(before[file]);
      expect(here.read(`${file}.before`)).toBe(before[file]);
      expect(applied(`shop-${role}`, 'POSTGRES_PASSWORD')).toBe(here.read(file));
    }
    for (const file of ['postgres/POSTGRES_PASSWORD', 'django/DJANGO_SECRET_KEY', 'tls/tls.key'])
      expect(here.read(file)).toBe(before[file]);
  });

  test('lets the two logins of the application take turns', async () => {
    await rotate('postgres');
    expect(applied('shop-postgres-app', 'POSTGRES_USER')).toBe('shop_app_b');
    expect(here.read('postgres-app/POSTGRES_USER.before')).toBe('shop_app_a');
    for (const file of files().filter((name) => name.endsWith('.before'))) rmSync(here.path(file));
    await rotate('postgres');
    expect(applied('shop-postgres-app', 'POSTGRES_USER')).toBe('shop_app_a');
  });

  test('says what to do then: the login of before is closed when the last pod that has it is gone', async () => {
    await rotate('postgres');
    const left = ROLES.flatMap((role) =>
      (role === 'postgres-app' ? ['POSTGRES_USER', 'POSTGRES_PASSWORD'] : ['POSTGRES_PASSWORD']).map((key) => [role, key]),
    );
    expect(commands()).toEqual([
      'kubectl apply -f secrets/prod',
      'kubectl -n shop-prod delete job -l app.kubernetes.io/component=migrate --ignore-not-found',
      'kubectl apply -f dist/prod',
      'kubectl -n shop-prod wait --for=condition=complete job -l app.kubernetes.io/component=migrate --timeout=7200s',
      'kubectl -n shop-prod rollout restart deployment/shop-gunicorn',
      'kubectl -n shop-prod rollout status deployment/shop-gunicorn',
      'sleep 60',
      "kubectl -n shop-prod exec shop-postgres-0 -- psql -U shop -d shop -c 'ALTER ROLE shop_app_a NOLOGIN'",
      `rm ${left.map(([role, key]) => `secrets/prod/${role}/${key}.before`).join(' ')}`,
    ]);
  });

  test('gives a pooler both logins before pods come that have the next', async () => {
    here.project({ postgres: { pooler: {} } });
    await secrets('prod', here.root);
    const [old, next] = ['shop_app_a', 'shop_app_b'];
    const line = (user: string, file: string) => `"${user}" "${here.read(`postgres-app/${file}`)}"\n`;
    expect(applied('shop-pooler', 'userlist.txt')).toBe(line(old, 'POSTGRES_PASSWORD'));
    await rotate('postgres');
    expect(applied('shop-pooler', 'userlist.txt')).toBe(line(next, 'POSTGRES_PASSWORD') + line(old, 'POSTGRES_PASSWORD.before'));
    expect(commands().filter((command) => command.includes(' rollout '))).toEqual(
      ['pooler', 'gunicorn'].flatMap((name) =>
        ['restart', 'status'].map((what) => `kubectl -n shop-prod rollout ${what} deployment/shop-${name}`),
      ),
    );
    for (const file of files().filter((name) => name.endsWith('.before'))) rmSync(here.path(file));
    await secrets('prod', here.root);
    expect(applied('shop-pooler', 'userlist.txt')).toBe(line(next, 'POSTGRES_PASSWORD'));
  });

  test('is refused before the rotation before has ended, as pods may run that have its values', async () => {
    await rotate('postgres');
    const before = values();
    expect((await failure('postgres')).split('\n')).toEqual(
      [
        'postgres-owner/POSTGRES_PASSWORD',
        'postgres-app/POSTGRES_USER',
        'postgres-app/POSTGRES_PASSWORD',
        'postgres-backup/POSTGRES_PASSWORD',
      ].map(
        (file) =>
          `secrets/prod/${file}.before is there, from a rotation that has not ended: run its last commands, or move it back and apply it`,
      ),
    );
    expect(values()).toEqual(before);
  });

  test('is refused for a release that has no such passwords yet', async () => {
    rmSync(here.path('postgres-app'), { recursive: true });
    expect(await failure('postgres')).toBe(
      ['USER', 'PASSWORD']
        .map(
          (key) =>
            `secrets/prod/postgres-app/POSTGRES_${key} is missing: there is nothing to rotate before \`npm run secrets prod\` has made it, and it is applied`,
        )
        .join('\n'),
    );
    expect(existsSync(here.path('postgres-app'))).toBe(false);
  });
});

test('a login that is none of the two is refused', async () => {
  here.give('postgres-app/POSTGRES_USER', 'shop\n');
  expect(await failure('postgres')).toBe('secrets/prod/postgres-app/POSTGRES_USER must be shop_app_a or shop_app_b, got shop');
});

test('postgres-admin gives the administrator another password, and sets it without showing it', async () => {
  const before = values();
  await rotate('postgres-admin');
  expect(applied('shop-postgres', 'POSTGRES_PASSWORD')).not.toBe(before['postgres/POSTGRES_PASSWORD']);
  expect(here.read('postgres/POSTGRES_PASSWORD.before')).toBe(before['postgres/POSTGRES_PASSWORD']);
  expect(here.read('postgres-app/POSTGRES_PASSWORD')).toBe(before['postgres-app/POSTGRES_PASSWORD']);
  const file = 'secrets/prod/postgres/POSTGRES_PASSWORD';
  expect(commands()).toEqual([
    `awk 1 ${file} ${file} | kubectl -n shop-prod exec -i shop-postgres-0 -- setsid --wait psql -U shop -d shop -c '\\password'`,
    'kubectl apply -f secrets/prod',
    `rm ${file}.before`,
  ]);
  expect(await failure('postgres-admin')).toContain('POSTGRES_PASSWORD.before is there');
});

describe('a server of somebody else', () => {
  beforeEach(async () => {
    rmSync(here.path(''), { recursive: true });
    here.project(EXTERNAL);
    await secrets('prod', here.root);
    here.said.length = 0;
  });

  test('has an administrator whose Secret is not made here, and whose password is not rotated here', async () => {
    expect(existsSync(here.path('postgres-tls'))).toBe(false);
    expect(await failure('postgres-admin')).toMatch(/^Secret managed is somebody else's, as its server is: change the password where both/);
    expect(here.secrets().map(({ metadata }) => metadata.name)).not.toContain('managed');
  });

  test('has roles that are rotated as ever; the login of before is closed from where the server is reached', async () => {
    await rotate('postgres');
    expect(commands()).toContain("psql -h db.example.com -p 5432 -U manager -d shop -c 'ALTER ROLE manager_app_a NOLOGIN'");
  });
});

describe('servers that CloudNativePG runs', () => {
  beforeEach(async () => {
    here.project({ postgres: { ...OPERATED.postgres, pooler: {} } });
    await secrets('prod', here.root);
    here.said.length = 0;
  });

  test('have an administrator whose new password the operator reads from the Secret', async () => {
    await rotate('postgres-admin');
    expect(applied('shop-postgres', 'password')).toBe(here.read('postgres/POSTGRES_PASSWORD'));
    expect(commands()).toEqual(['kubectl apply -f secrets/prod', 'rm secrets/prod/postgres/POSTGRES_PASSWORD.before']);
  });

  test('have a pooler that asks for passwords; the login of before is closed in the server that writes', async () => {
    await rotate('postgres');
    expect(commands().join()).not.toContain('deployment/shop-pooler');
    const close =
      "kubectl -n shop-prod exec svc/shop-postgres-rw -c postgres -- psql -U postgres -d shop -c 'ALTER ROLE shop_app_a NOLOGIN'";
    expect(commands()).toContain(close);
  });
});

test('groups of pods restart too, and the slowest of them is waited for', async () => {
  here.project({ gunicorn: { groups: [{ name: 'inference', paths: ['/predict/'], gracefulTimeout: '2m' }] } });
  await secrets('prod', here.root);
  here.said.length = 0;
  await rotate('django');
  const verbs = ['gunicorn', 'gunicorn-inference'].flatMap((name) =>
    ['restart', 'status'].map((verb) => `kubectl -n shop-prod rollout ${verb} deployment/shop-${name}`),
  );
  expect(commands()).toEqual([
    'kubectl apply -f secrets/prod',
    ...verbs,
    `sleep ${15 + 120 + 5}`,
    'npm run secrets prod -- --rotate django',
  ]);
});

describe('django', () => {
  const [KEY, FALLBACKS] = ['DJANGO_SECRET_KEY', 'DJANGO_SECRET_KEY_FALLBACKS'];
  const key = () => applied('shop-django', KEY);
  const fallbacks = () => applied('shop-django', FALLBACKS).split(/\s+/).filter(Boolean);

  test('first lets pods know a new key, and then use it, and keeps that of before', async () => {
    const old = key();
    await rotate('django');
    const [made = ''] = fallbacks();
    expect(made).toMatch(/^[\w-]{64}$/);
    expect([key(), fallbacks()]).toEqual([old, [made]]);
    expect(commands()).toEqual([
      'kubectl apply -f secrets/prod',
      'kubectl -n shop-prod rollout restart deployment/shop-gunicorn',
      'kubectl -n shop-prod rollout status deployment/shop-gunicorn',
      'sleep 60',
      'npm run secrets prod -- --rotate django',
    ]);
    await rotate('django');
    expect([key(), fallbacks()]).toEqual([made, [old]]);
    expect(commands()).toHaveLength(3);
  });

  test('a later one puts the key before the older ones', async () => {
    const old = key();
    for (let run = 0; run < 2; run += 1) await rotate('django');
    const second = key();
    for (let run = 0; run < 2; run += 1) await rotate('django');
    expect(fallbacks()).toEqual([second, old]);
    expect(new Set([key(), second, old]).size).toBe(3);
  });

  test('a run without it in between changes nothing', async () => {
    await rotate('django');
    const before = values();
    await secrets('prod', here.root);
    expect(values()).toEqual(before);
  });

  test('is refused for a key with white space, which would be two among those of before', async () => {
    here.give(`django/${KEY}`, 'two words');
    expect(await failure('django')).toBe(`secrets/prod/django/${KEY} holds white space, which divides the keys of ${FALLBACKS}`);
    expect(here.read(`django/${FALLBACKS}`)).toBe('');
  });
});

test.each(['postgres', 'postgres-admin', 'django'] as const)('only the owner may read what a rotation of %s leaves', async (what) => {
  await rotate(what);
  expect(files().filter((file) => (statSync(here.path(file)).mode & 0o077) !== 0)).toEqual([]);
});

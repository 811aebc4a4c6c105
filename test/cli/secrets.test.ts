import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { schemaProblems } from '../../checks/schema';
import { type CommandError } from '../../cli/command';
import { secrets } from '../../cli/secrets';
import type { Manifest } from '../../constructs/manifests';
import { PUBLIC_KEY } from '../support/public-key';
import { SMALLEST } from '../support/stack';
import { merge } from '../../constructs/finish';
import { ARCHIVED, OPERATED } from '../support/kinds';
import { place } from '../support/place';

interface Secret extends Manifest {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

const here = place();
beforeEach(() => here.project());

function written(name: string): Secret {
  const objects = here.secrets<Secret>();
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no Secret ${name} among ${objects.map(({ metadata }) => metadata.name).join(', ')}`);
  return found;
}

const value = (name: string, key: string) => Buffer.from(written(name).data[key] ?? '', 'base64').toString();

/** What the command ends with. */
const failure = (name = 'prod') =>
  secrets(name, here.root).then(
    () => undefined,
    (error: unknown) => error as CommandError,
  );

test('a first run makes every value, and the Secrets that hold them', async () => {
  await secrets('prod', here.root);
  expect(value('shop-django', 'DJANGO_SECRET_KEY')).toBe(here.read('django/DJANGO_SECRET_KEY'));
  const made = ['postgres', 'postgres-owner', 'postgres-app', 'postgres-backup'].map((id) => value(`shop-${id}`, 'POSTGRES_PASSWORD'));
  for (const password of made) expect(password).toMatch(/^[\w-]{64}$/);
  expect(new Set(made).size).toBe(made.length);
  expect(value('shop-postgres-app', 'POSTGRES_USER')).toBe('shop_app_a');
  expect(value('shop-django', 'DJANGO_SECRET_KEY_FALLBACKS')).toBe('');
  expect(written('shop-tls')).toMatchObject({ type: 'kubernetes.io/tls', metadata: { namespace: 'shop-prod' } });
  for (const name of ['shop-django', 'shop-postgres-app', 'shop-tls']) expect(schemaProblems(written(name))).toEqual([]);
});

test('the self-signed certificate is for every host, and its key belongs to it', async () => {
  here.project({ django: { hosts: ['shop.example.com', '.shop.example.org'] } });
  await secrets('prod', here.root);
  const certificate = new X509Certificate(here.read('tls/tls.crt'));
  for (const host of ['shop.example.com', 'shop.example.org', 'www.shop.example.org']) expect(certificate.checkHost(host)).toBeDefined();
  expect(certificate.checkPrivateKey(createPrivateKey(here.read('tls/tls.key')))).toBe(true);
});

test('the self-signed certificate is for old names too, and not for hosts that have another', async () => {
  here.project({
    django: { hosts: ['shop.example.com', 'shop.example.org'] },
    nginx: {
      redirects: [{ from: ['www.shop.example.com'], to: 'shop.example.com' }],
      tls: { certificates: [{ hosts: ['shop.example.org'], secretName: 'org' }] },
    },
  });
  await secrets('prod', here.root);
  const certificate = new X509Certificate(here.read('tls/tls.crt'));
  expect(certificate.subjectAltName).toBe('DNS:shop.example.com, DNS:www.shop.example.com');
  expect(here.said).toContain('left  Secret org, which someone else makes');
  expect(here.said.join()).not.toContain('does not name');
});

test('a certificate that cert-manager makes is left to it', async () => {
  here.project({ nginx: { tls: { issuer: { name: 'letsencrypt' } } } });
  await secrets('prod', here.root);
  expect(here.read('secrets.k8s.yaml')).not.toContain('shop-tls');
  expect(here.said).toContain('left  Secret shop-tls, which someone else makes');
});

test('a second run overwrites nothing, and writes the same manifests', async () => {
  await secrets('prod', here.root);
  const before = here.read('secrets.k8s.yaml');
  await secrets('prod', here.root);
  expect(here.read('secrets.k8s.yaml')).toBe(before);
  expect(here.said.filter((line) => line.startsWith('kept'))).toHaveLength(12);
});

test('values of the user are taken, without the newline of an editor', async () => {
  here.give('django/DJANGO_SECRET_KEY', 'mine\n');
  await secrets('prod', here.root);
  expect(value('shop-django', 'DJANGO_SECRET_KEY')).toBe('mine');
});

test('only the owner may read what was written', async () => {
  await secrets('prod', here.root);
  const modes = readdirSync(here.path(''), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o077);
  expect(new Set(modes)).toEqual(new Set([0]));
});

test('a key of the project whose value is missing is here.said with its file, and no manifest is written', async () => {
  here.project({ django: { secrets: ['STRIPE_KEY'] } });
  expect((await failure())?.message).toBe(
    'secrets/prod/django/STRIPE_KEY is missing: write the value into this file, and run the command again',
  );
  expect(readdirSync(here.path(''))).not.toContain('secrets.k8s.yaml');
  here.give('django/STRIPE_KEY', 'sk_live');
  await secrets('prod', here.root);
  expect(value('shop-django', 'STRIPE_KEY')).toBe('sk_live');
});

test('credentials of a bucket are asked for where backups are copied off-site', async () => {
  here.project({ offsite: { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY } });
  expect((await failure())?.message).toBe(
    ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY']
      .map((key) => `secrets/prod/offsite/${key} is missing: write the value into this file, and run the command again`)
      .join('\n'),
  );
  here.give('offsite/ACCESS_KEY_ID', 'AKIA');
  here.give('offsite/SECRET_ACCESS_KEY', 's3cr3t\n');
  await secrets('prod', here.root);
  expect([value('shop-offsite', 'ACCESS_KEY_ID'), value('shop-offsite', 'SECRET_ACCESS_KEY')]).toEqual(['AKIA', 's3cr3t']);
});

test('CloudNativePG finds the administrator as Kubernetes names it, and the credentials of its archive, and makes certificates itself', async () => {
  here.project(merge(merge(OPERATED, ARCHIVED), { postgres: { pooler: {} } }) as object);
  here.give('archive/ACCESS_KEY_ID', 'AKIA');
  here.give('archive/SECRET_ACCESS_KEY', 's3cr3t\n');
  here.give('postgres/POSTGRES_PASSWORD', 'of the administrator\n');
  await secrets('prod', here.root);
  const found = here.secrets<Secret>().find(({ metadata }) => metadata.name === 'shop-postgres');
  expect(found).toMatchObject({ type: 'kubernetes.io/basic-auth', metadata: { labels: { 'cnpg.io/reload': 'true' } } });
  expect(value('shop-postgres', 'username')).toBe('shop');
  for (const key of ['password', 'POSTGRES_PASSWORD']) expect(value('shop-postgres', key)).toBe('of the administrator');
  expect(value('shop-archive', 'SECRET_ACCESS_KEY')).toBe('s3cr3t');
  expect(here.said).toContain('left  Secret shop-postgres-ca, which someone else makes');
  for (const made of ['postgres-tls', 'pooler-tls', 'pooler']) expect(readdirSync(here.path(''))).not.toContain(made);
});

test('a Secret that someone else makes is left alone', async () => {
  here.project({ nginx: { tls: { secretName: 'from-cert-manager' } } });
  await secrets('prod', here.root);
  expect(here.read('secrets.k8s.yaml')).not.toContain('from-cert-manager');
  expect(here.said).toContain('left  Secret from-cert-manager, which someone else makes');
});

test('a certificate without its key is refused', async () => {
  here.give('tls/tls.crt', 'x');
  expect((await failure())?.message).toMatch(/^secrets\/prod\/tls\/tls\.key is missing/);
});

test('what is no certificate is refused', async () => {
  here.give('tls/tls.crt', 'x');
  here.give('tls/tls.key', 'y');
  expect((await failure())?.message).toMatch(/^secrets\/prod\/tls\/: tls\.crt and tls\.key must be a certificate and its key in PEM/);
});

test('a key that does not belong to the certificate is refused', async () => {
  await secrets('prod', here.root);
  const certificate = here.read('tls/tls.crt');
  rmSync(here.path('tls'), { recursive: true });
  await secrets('prod', here.root);
  writeFileSync(here.path('tls/tls.crt'), certificate);
  expect((await failure())?.message).toBe('secrets/prod/tls/: tls.key is not the key of tls.crt');
});

test('a certificate for other hosts is taken with a warning', async () => {
  await secrets('prod', here.root);
  here.project({ django: { hosts: ['other.example.com'] } });
  await secrets('prod', here.root);
  expect(here.said).toContain('warning: secrets/prod/tls/: tls.crt does not name other.example.com');
});

test('without a name, those there are are here.said, as a wrong call', async () => {
  writeFileSync(join(here.root, 'environments/dev.yaml'), stringify({ ...SMALLEST }));
  await expect(secrets(undefined, here.root)).rejects.toMatchObject({
    message: 'the name of an environment is missing; there are: dev, prod',
    exitCode: 2,
  });
});

test('an environment that is not there is refused with those there are, as a wrong call', async () => {
  expect(await failure('prd')).toMatchObject({ message: 'there is no environment "prd"; there are: prod', exitCode: 2 });
});

describe('the certificate of the database', () => {
  const file = (name: string) => here.read(`postgres-tls/${name}`);
  const remove = (...names: string[]) => names.forEach((name) => rmSync(here.path(`postgres-tls/${name}`)));

  test('is for its names, and signed by an authority of the release, whose key stays outside of the Secret', async () => {
    await secrets('prod', here.root);
    const [certificate, authority] = [new X509Certificate(file('tls.crt')), new X509Certificate(file('ca.crt'))];
    for (const host of ['shop-postgres', 'shop-postgres.shop-prod.svc.cluster.local']) expect(certificate.checkHost(host)).toBe(host);
    expect(certificate.checkPrivateKey(createPrivateKey(file('tls.key')))).toBe(true);
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
    expect([authority.ca, certificate.ca]).toEqual([true, false]);
    expect(authority.checkPrivateKey(createPrivateKey(file('ca.key')))).toBe(true);
    expect(statSync(here.path('postgres-tls/ca.key')).mode & 0o777).toBe(0o600);
    expect(Object.keys(written('shop-postgres-tls').data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    expect(schemaProblems(written('shop-postgres-tls'))).toEqual([]);
  });

  test('is kept in a second run, and made anew by the same authority when it is removed', async () => {
    await secrets('prod', here.root);
    const [certificate, authority] = [file('tls.crt'), file('ca.crt')];
    await secrets('prod', here.root);
    expect(file('tls.crt')).toBe(certificate);
    remove('tls.crt', 'tls.key');
    await secrets('prod', here.root);
    expect(file('tls.crt')).not.toBe(certificate);
    expect(file('ca.crt')).toBe(authority);
    expect(new X509Certificate(file('tls.crt')).verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  test('cannot be made without the key of its authority, and the command says what is missing', async () => {
    await secrets('prod', here.root);
    remove('tls.crt', 'tls.key', 'ca.key');
    expect((await failure())?.message).toMatch(/postgres-tls\/tls\.crt is missing[\s\S]*postgres-tls\/tls\.key is missing/);
  });

  test('that another authority signed is warned of', async () => {
    await secrets('prod', here.root);
    const authority = file('ca.crt');
    remove('tls.crt', 'tls.key', 'ca.crt', 'ca.key');
    await secrets('prod', here.root);
    expect(here.said.join('\n')).not.toContain('is not signed by');
    remove('ca.crt');
    here.give('postgres-tls/ca.crt', authority);
    await secrets('prod', here.root);
    expect(here.said.join('\n')).toContain('warning: secrets/prod/postgres-tls/: tls.crt is not signed by ca.crt itself');
  });

  test('is not asked for without TLS', async () => {
    here.project({ postgres: { tls: { enabled: false } } });
    await secrets('prod', here.root);
    expect(here.secrets().map(({ metadata }) => metadata.name)).not.toContain('shop-postgres-tls');
  });
});

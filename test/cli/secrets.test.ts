import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { schemaProblems } from '../../checks/schema';
import { type CommandError } from '../../cli/command';
import { secrets } from '../../cli/secrets';
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { SMALLEST } from '../support/stack';

interface Secret extends Manifest {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

let root: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'secrets-'));
  said = [];
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  project();
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function project(changes: object = {}): void {
  mkdirSync(join(root, 'environments'), { recursive: true });
  writeFileSync(join(root, 'environments/prod.yaml'), stringify(merge(SMALLEST, changes)));
}

const path = (file: string) => join(root, 'secrets/prod', file);
const read = (file: string) => readFileSync(path(file), 'utf8');

function give(file: string, content: string): void {
  mkdirSync(join(path(file), '..'), { recursive: true });
  writeFileSync(path(file), content);
}

function written(name: string): Secret {
  const objects = parseAllDocuments(read('secrets.k8s.yaml')).map((document) => document.toJS() as Secret);
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no Secret ${name} among ${objects.map(({ metadata }) => metadata.name).join(', ')}`);
  return found;
}

const value = (name: string, key: string) => Buffer.from(written(name).data[key] ?? '', 'base64').toString();

/** What the command ends with. */
const failure = (name = 'prod') =>
  secrets(name, root).then(
    () => undefined,
    (error: unknown) => error as CommandError,
  );

test('a first run makes every value, and the Secrets that hold them', async () => {
  await secrets('prod', root);
  expect(value('shop-django', 'DJANGO_SECRET_KEY')).toBe(read('django/DJANGO_SECRET_KEY'));
  expect(value('shop-postgres', 'POSTGRES_PASSWORD')).toMatch(/^[\w-]{64}$/);
  expect(written('shop-tls')).toMatchObject({ type: 'kubernetes.io/tls', metadata: { namespace: 'shop-prod' } });
  for (const name of ['shop-django', 'shop-postgres', 'shop-tls']) expect(schemaProblems(written(name))).toEqual([]);
});

test('the self-signed certificate is for every host, and its key belongs to it', async () => {
  project({ django: { hosts: ['shop.example.com', '.shop.example.org'] } });
  await secrets('prod', root);
  const certificate = new X509Certificate(read('tls/tls.crt'));
  for (const host of ['shop.example.com', 'shop.example.org', 'www.shop.example.org']) expect(certificate.checkHost(host)).toBeDefined();
  expect(certificate.checkPrivateKey(createPrivateKey(read('tls/tls.key')))).toBe(true);
});

test('the self-signed certificate is for old names too, and not for hosts that have another', async () => {
  project({
    django: { hosts: ['shop.example.com', 'shop.example.org'] },
    nginx: {
      redirects: [{ from: ['www.shop.example.com'], to: 'shop.example.com' }],
      tls: { certificates: [{ hosts: ['shop.example.org'], secretName: 'org' }] },
    },
  });
  await secrets('prod', root);
  const certificate = new X509Certificate(read('tls/tls.crt'));
  expect(certificate.subjectAltName).toBe('DNS:shop.example.com, DNS:www.shop.example.com');
  expect(said).toContain('left  Secret org, which someone else makes');
  expect(said.join()).not.toContain('does not name');
});

test('a certificate that cert-manager makes is left to it', async () => {
  project({ nginx: { tls: { issuer: { name: 'letsencrypt' } } } });
  await secrets('prod', root);
  expect(read('secrets.k8s.yaml')).not.toContain('shop-tls');
  expect(said).toContain('left  Secret shop-tls, which someone else makes');
});

test('a second run overwrites nothing, and writes the same manifests', async () => {
  await secrets('prod', root);
  const before = read('secrets.k8s.yaml');
  await secrets('prod', root);
  expect(read('secrets.k8s.yaml')).toBe(before);
  expect(said.filter((line) => line.startsWith('kept'))).toHaveLength(4);
});

test('values of the user are taken, without the newline of an editor', async () => {
  give('django/DJANGO_SECRET_KEY', 'mine\n');
  await secrets('prod', root);
  expect(value('shop-django', 'DJANGO_SECRET_KEY')).toBe('mine');
});

test('only the owner may read what was written', async () => {
  await secrets('prod', root);
  const modes = readdirSync(path(''), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o077);
  expect(new Set(modes)).toEqual(new Set([0]));
});

test('a key of the project whose value is missing is said with its file, and no manifest is written', async () => {
  project({ django: { secrets: ['STRIPE_KEY'] } });
  expect((await failure())?.message).toBe(
    'secrets/prod/django/STRIPE_KEY is missing: write the value into this file, and run the command again',
  );
  expect(readdirSync(path(''))).not.toContain('secrets.k8s.yaml');
  give('django/STRIPE_KEY', 'sk_live');
  await secrets('prod', root);
  expect(value('shop-django', 'STRIPE_KEY')).toBe('sk_live');
});

test('a Secret that someone else makes is left alone', async () => {
  project({ nginx: { tls: { secretName: 'from-cert-manager' } } });
  await secrets('prod', root);
  expect(read('secrets.k8s.yaml')).not.toContain('from-cert-manager');
  expect(said).toContain('left  Secret from-cert-manager, which someone else makes');
});

test('a certificate without its key is refused', async () => {
  give('tls/tls.crt', 'x');
  expect((await failure())?.message).toMatch(/^secrets\/prod\/tls\/tls\.key is missing/);
});

test('what is no certificate is refused', async () => {
  give('tls/tls.crt', 'x');
  give('tls/tls.key', 'y');
  expect((await failure())?.message).toMatch(/^secrets\/prod\/tls\/: tls\.crt and tls\.key must be a certificate and its key in PEM/);
});

test('a key that does not belong to the certificate is refused', async () => {
  await secrets('prod', root);
  const certificate = read('tls/tls.crt');
  rmSync(path('tls'), { recursive: true });
  await secrets('prod', root);
  writeFileSync(path('tls/tls.crt'), certificate);
  expect((await failure())?.message).toBe('secrets/prod/tls/: tls.key is not the key of tls.crt');
});

test('a certificate for other hosts is taken with a warning', async () => {
  await secrets('prod', root);
  project({ django: { hosts: ['other.example.com'] } });
  await secrets('prod', root);
  expect(said).toContain('warning: secrets/prod/tls/: tls.crt does not name other.example.com');
});

test('without a name, those there are are said, as a wrong call', async () => {
  writeFileSync(join(root, 'environments/dev.yaml'), stringify({ ...SMALLEST }));
  await expect(secrets(undefined, root)).rejects.toMatchObject({
    message: 'the name of an environment is missing; there are: dev, prod',
    exitCode: 2,
  });
});

test('an environment that is not there is refused with those there are, as a wrong call', async () => {
  expect(await failure('prd')).toMatchObject({ message: 'there is no environment "prd"; there are: prod', exitCode: 2 });
});

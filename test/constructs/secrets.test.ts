import { App } from 'cdk8s';
import { manifests } from '../../constructs/manifests';
import { SecretManifests } from '../../constructs/secret-manifests';
import { AUTHORITY, secretContracts } from '../../constructs/secrets';
import { PUBLIC_KEY } from '../support/public-key';
import { containers, isWorkload, podSpec, template, volume } from '../support/pods';
import { config, render, Rendered } from '../support/stack';

const FRONT = { django: { hosts: ['shop.example.com', 'www.example.com'] } };
/** A front with every kind of Secret. */
const EVERY_SECRET = {
  ...FRONT,
  nginx: {
    tls: { clientCa: 'ca', certificates: [{ hosts: ['www.example.com'], secretName: 'www' }] },
    access: { basicAuth: {} },
    locations: [{ path: '/staff/', access: { basicAuth: { secretName: 'staff' } } }],
  },
  offsite: { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY },
};
const contracts = (changes: object = {}) => secretContracts(config(changes));

describe('the key contract', () => {
  test('names the Secrets of every release, their keys, and where pods find them', () => {
    expect(contracts()).toMatchObject({
      django: {
        name: 'shop-django',
        type: 'Opaque',
        keys: ['DJANGO_SECRET_KEY', 'DJANGO_SECRET_KEY_FALLBACKS'],
        directory: '/run/secrets/django',
        existing: false,
      },
      postgres: { name: 'shop-postgres', type: 'Opaque', keys: ['POSTGRES_PASSWORD'], directory: '/run/secrets/postgres', existing: false },
      'postgres-owner': { name: 'shop-postgres-owner', keys: ['POSTGRES_PASSWORD'], directory: '/run/secrets/postgres', existing: false },
      'postgres-app': { name: 'shop-postgres-app', keys: ['POSTGRES_USER', 'POSTGRES_PASSWORD'], directory: '/run/secrets/postgres' },
      'postgres-backup': { name: 'shop-postgres-backup', keys: ['POSTGRES_PASSWORD'], directory: '/run/secrets/postgres' },
      tls: { name: 'shop-tls', type: 'kubernetes.io/tls', keys: ['tls.crt', 'tls.key'], directory: '/run/secrets/tls', existing: false },
    });
  });

  test("a project's own keys come after those of the stack", () => {
    const changes = { django: { secrets: ['STRIPE_KEY', 'MAIL_TOKEN'] } };
    const keys = ['DJANGO_SECRET_KEY', 'DJANGO_SECRET_KEY_FALLBACKS', 'STRIPE_KEY', 'MAIL_TOKEN'];
    expect(contracts(changes).django.keys).toEqual(keys);
    for (const [kind, name] of [
      ['Deployment', 'shop-gunicorn'],
      ['Job', 'shop-migrate'],
    ] as const) {
      expect(volume(render(changes).find(kind, name), 'secret-django').secret?.items?.map(({ key }) => key)).toEqual(keys);
    }
  });

  test("a certificate of someone else's is used as it is", () => {
    const changes = { nginx: { tls: { secretName: 'from-cert-manager' } } };
    expect(contracts(changes).tls).toMatchObject({ name: 'from-cert-manager', existing: true });
    expect(volume(render(changes).find('Deployment', 'shop-nginx'), 'secret-tls').secret?.secretName).toBe('from-cert-manager');
  });

  test('names those that only some fronts have, each once', () => {
    const password = (secretName?: string) => ({ basicAuth: { secretName } });
    const locations = ['staff', undefined, 'staff', 'press'].map((name, index) => ({ path: `/${index}/`, access: password(name) }));
    const certificates = [{ hosts: ['www.example.com'], secretName: 'cert.www' }];
    const front = Object.values(contracts({ ...FRONT, nginx: { tls: { clientCa: 'ca', certificates }, access: password(), locations } }));
    expect(front.map(({ id, name, existing, directory }) => [id, name, existing, directory.replace('/run/secrets/', '')])).toEqual([
      ['django', 'shop-django', false, 'django'],
      ['postgres', 'shop-postgres', false, 'postgres'],
      ['postgres-owner', 'shop-postgres-owner', false, 'postgres'],
      ['postgres-app', 'shop-postgres-app', false, 'postgres'],
      ['postgres-backup', 'shop-postgres-backup', false, 'postgres'],
      ['postgres-tls', 'shop-postgres-tls', false, 'postgres-tls'],
      ['tls', 'shop-tls', false, 'tls'],
      ['tls-1', 'cert.www', true, 'certificates/cert.www'],
      ['client-ca', 'ca', true, 'client-ca'],
      ['htpasswd', 'shop-htpasswd', false, 'htpasswd/shop-htpasswd'],
      ['htpasswd-2', 'staff', true, 'htpasswd/staff'],
      ['htpasswd-3', 'press', true, 'htpasswd/press'],
    ]);
  });

  test("a certificate of cert-manager's is not ours to make", () => {
    expect(contracts({ nginx: { tls: { issuer: { name: 'letsencrypt' } } } }).tls).toMatchObject({ name: 'shop-tls', existing: true });
  });

  test.each([{}, EVERY_SECRET, { gunicorn: { groups: [{ name: 'inference', paths: ['/predict/'] }] } }])(
    'who reads a Secret by the contract is who mounts it: %j',
    (changes) => {
      const mounted = new Map<string, Set<string>>();
      for (const object of render(changes).objects.filter(isWorkload)) {
        const component = template(object).metadata.labels['app.kubernetes.io/component'] ?? '';
        for (const { secret } of podSpec(object).volumes ?? []) {
          if (secret) mounted.set(secret.secretName, (mounted.get(secret.secretName) ?? new Set()).add(component));
        }
      }
      expect(mounted).toEqual(new Map(Object.values(contracts(changes)).map(({ name, readers }) => [name, new Set(readers)])));
    },
  );
});

describe('secrets in pods', () => {
  const files = render(EVERY_SECRET)
    .objects.filter(isWorkload)
    .flatMap((object) => (podSpec(object).volumes ?? []).flatMap(({ name, secret }) => (secret ? [{ object, name, secret }] : [])));

  test('are files that only the user of the pod can read', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const { secret } of files) expect(secret.defaultMode).toBe(0o440);
  });

  test('a pod waits for every key that it needs', () => {
    const keys = new Map(Object.values(contracts(EVERY_SECRET)).map((contract) => [contract.name, contract.keys]));
    for (const { object, secret } of files) {
      const client = secret.secretName === 'shop-postgres-tls' && object.metadata.name !== 'shop-postgres';
      const needed = client ? [AUTHORITY] : keys.get(secret.secretName);
      expect(secret.items).toEqual(needed?.map((key) => ({ key, path: key })));
      expect(secret).not.toHaveProperty('optional');
    }
  });

  test('are mounted read-only in the folder of the contract, but by the program that reads those of all roles', () => {
    for (const { object, name, secret } of files) {
      const others = containers(object).filter((one) => one.name !== 'roles');
      if (!others.some(({ volumeMounts = [] }) => volumeMounts.some((one) => one.name === name))) {
        expect([template(object).metadata.labels['app.kubernetes.io/component'], secret.secretName]).toEqual([
          'migrate',
          expect.stringMatching(/^shop-postgres(?:-app)?$/),
        ]);
        continue;
      }
      const mounts = others.flatMap(({ volumeMounts = [] }) => volumeMounts.filter((one) => one.name === name));
      const directory = Object.values(contracts(EVERY_SECRET)).find((contract) => contract.name === secret.secretName)?.directory;
      expect(mounts.length).toBeGreaterThan(0);
      for (const mount of mounts) expect(mount).toEqual({ name, mountPath: directory, readOnly: true });
    }
  });

  test('never stand in a variable, not even by reference', () => {
    const env = render({ django: { secrets: ['MAIL_TOKEN'] } })
      .objects.filter(isWorkload)
      .flatMap(containers)
      .flatMap((one) => one.env ?? []);
    expect(env.filter(({ valueFrom }) => valueFrom !== undefined)).toEqual([]);
    expect(env.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['MAIL_TOKEN']));
    expect(env.map(({ name }) => name).filter((name) => ['POSTGRES_PASSWORD', 'PGPASSWORD', 'DJANGO_SECRET_KEY'].includes(name))).toEqual(
      [],
    );
  });

  test('the stack holds no Secret: synth never sees a value', () => {
    expect(render().names('Secret')).toEqual([]);
  });
});

describe('SecretManifests', () => {
  function written(): Rendered {
    const app = new App();
    const { django, tls } = contracts({ django: { secrets: ['MAIL_TOKEN'] } });
    const values = {
      DJANGO_SECRET_KEY: Buffer.from('käy'),
      DJANGO_SECRET_KEY_FALLBACKS: Buffer.from(''),
      MAIL_TOKEN: Buffer.from([0, 255]),
    };
    new SecretManifests(app, 'secrets', {
      release: config(),
      secrets: [
        { contract: django, values },
        { contract: tls, values: { 'tls.crt': Buffer.from('crt'), 'tls.key': Buffer.from('key') } },
      ],
    });
    return new Rendered(manifests(app));
  }

  test('write each value as it is, bytes that are no text included', () => {
    const secret = written().find('Secret', 'shop-django');
    expect(secret).toMatchObject({ type: 'Opaque', metadata: { namespace: 'shop-test' } });
    expect(secret.data).toEqual({
      DJANGO_SECRET_KEY: Buffer.from('käy').toString('base64'),
      DJANGO_SECRET_KEY_FALLBACKS: '',
      MAIL_TOKEN: 'AP8=',
    });
  });

  test('keep values where a second apply sees no change', () => {
    expect(written().find('Secret', 'shop-tls')).toMatchObject({
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'Y3J0', 'tls.key': 'a2V5' },
    });
    expect(written().find('Secret', 'shop-tls')).not.toHaveProperty('stringData');
  });
});

/** Every setting of an environment file, at each kind of value that it takes; `undefined` leaves it out. */
import type { z } from 'zod';
import type { schema } from '../../config/schema';

export type Input = z.input<typeof schema>;

/** Paths of settings, down to the first that is no group with names of its own. */
type PathOf<T, Above extends string = ''> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends readonly unknown[]
    ? `${Above}${K}`
    : NonNullable<T[K]> extends object
      ? string extends keyof NonNullable<T[K]>
        ? `${Above}${K}`
        : PathOf<NonNullable<T[K]>, `${Above}${K}.`>
      : `${Above}${K}`;
}[keyof T & string];

type At<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? At<NonNullable<T[K]>, Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

export type Path = PathOf<Input>;

/** A value, or how it follows from what stands above it in the table and from the number of the row. */
type Value<T> = T | ((above: Input, row: number) => T);
type Values<P extends Path> = readonly Value<At<Input, P> | undefined>[];
type Resources<C extends string> = { readonly [P in Extract<Path, `${C}.resources.${string}`>]: Values<P> };

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Amounts that fit each other, and the defaults of every component. */
function resources<C extends string>(component: C): Resources<C> {
  const amounts = {
    'requests.cpu': [undefined, '75m', 0.5],
    'requests.memory': [undefined, '200Mi', 150_000_000],
    'requests.ephemeral-storage': [undefined, '100Mi', 64_000_000],
    'limits.cpu': [undefined, '2500m', 3],
    'limits.memory': [undefined, '1536Mi', 2_000_000_000],
    'limits.ephemeral-storage': [undefined, '2Gi', 1_500_000_000],
  };
  return Object.fromEntries(Object.entries(amounts).map(([name, values]) => [`${component}.resources.${name}`, values])) as Resources<C>;
}

export const FACTORS: { readonly [P in Path]: Values<P> } = {
  release: [(_, row) => `r${row}`, (_, row) => `release-of-thirty-characters${String(row).padStart(2, '0')}`],
  namespace: [undefined, (_, row) => `team-${row}`],
  image: ['registry.example.com/team/shop:1.4.2', `registry.example.com/team/shop:1.4.2@${DIGEST}`, `localhost:5000/shop@${DIGEST}`],
  imagePullPolicy: [undefined, 'Always', 'IfNotPresent'],
  imagePullSecrets: [undefined, ['registry', 'another.registry']],

  'django.project': ['main_app', 'company.shop'],
  'django.directory': [undefined, 'django_app', 'services/shop'],
  'django.settings': [undefined, 'main_app.settings.production'],
  'django.hosts': [['shop.example.com'], ['.example.com', 'shop.example.org']],
  'django.healthPath': [undefined, '/healthz'],
  'django.env': [undefined, { SITE_NAME: 'Shop: "the" {{ first }}', PAGE_SIZE: 20, BETA: true, TRACING: false }],
  'django.secrets': [undefined, ['STRIPE_KEY', 'MAIL_PASSWORD']],
  'django.egress': [
    undefined,
    'none',
    'internet',
    [
      { cidr: '203.0.113.0/24', ports: [443, 587] },
      { cidr: '2001:db8::/32', ports: [443] },
    ],
  ],
  'django.media.storage': [undefined, '5Gi', 5_000_000_000],
  'django.media.storageClass': [undefined, 'shared'],
  'django.media.accessMode': [undefined, 'ReadWriteMany', 'ReadWriteOnce'],
  'django.media.path': [undefined, '/app/media'],
  'django.media.url': [undefined, '/uploads/'],

  'gunicorn.replicas': [undefined, 1, 3, { min: 2, max: 3 }, { min: 2, max: 4, cpu: 60 }],
  'gunicorn.workers': [undefined, 3],
  'gunicorn.threads': [undefined, 2],
  'gunicorn.timeout': [undefined, '45s', '2m'],
  'gunicorn.gracefulTimeout': [undefined, '1m'],
  'gunicorn.maxRequests': [undefined, 0, 500],
  'gunicorn.gpu.count': [undefined, 0, 2],
  'gunicorn.gpu.resource': [undefined, 'nvidia.com/mig-1g.10gb'],
  'gunicorn.gpu.products': [undefined, ['NVIDIA-A100-SXM4-80GB', 'NVIDIA-L4']],
  'gunicorn.gpu.memory': [undefined, '40Gi', 24_000_000_000],
  'gunicorn.gpu.runtimeClass': [undefined, 'nvidia'],
  'gunicorn.gpu.spare': [undefined, false, true],
  'gunicorn.nodeSelector': [undefined, { pool: 'web', 'example.com/zone': 'a' }],
  'gunicorn.tolerations': [
    undefined,
    [{ operator: 'Exists' }],
    [
      { key: 'dedicated', value: 'web', effect: 'NoSchedule' },
      { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'PreferNoSchedule' },
      { key: 'spot', effect: 'NoExecute' },
    ],
  ],
  ...resources('gunicorn'),

  'nginx.image': [undefined, `registry.example.com/team/nginx:1.31.0@${DIGEST}`],
  'nginx.replicas': [undefined, 1, 3],
  'nginx.service.type': [undefined, 'ClusterIP', 'NodePort', 'LoadBalancer'],
  'nginx.service.http': [undefined, 8080],
  'nginx.service.https': [undefined, 8443],
  'nginx.service.httpNodePort': [undefined, 30980],
  'nginx.service.httpsNodePort': [undefined, 30943],
  'nginx.tls.secretName': [undefined, 'cert.example.com'],
  'nginx.static.directory': [undefined, 'example/django_app/static'],
  'nginx.static.url': [undefined, '/assets/v1/'],
  'nginx.static.maxAge': [undefined, '7d'],
  'nginx.uploadLimit': [undefined, '50Mi', 30_000_000],
  'nginx.timeouts.connect': [undefined, '5s'],
  'nginx.timeouts.response': [undefined, '3m'],
  'nginx.timeouts.header': [undefined, '10s'],
  'nginx.timeouts.body': [undefined, '1m'],
  ...resources('nginx'),

  'postgres.version': [undefined, 14, 15, 16, 17, 18],
  'postgres.image': [undefined, ({ postgres }) => `registry.example.com/team/postgres:${postgres.version ?? 18}.1@${DIGEST}`],
  'postgres.database': [undefined, 'orders'],
  'postgres.user': [undefined, 'owner'],
  'postgres.storage': ['20Gi', 20_000_000_000],
  'postgres.storageClass': [undefined, 'fast'],
  'postgres.maxConnections': [undefined, 300],
  ...resources('postgres'),

  'migrate.deadline': [undefined, '6h'],
  'migrate.wait': [undefined, '10m'],
  'migrate.missingMigrations': [undefined, 'fail', 'warn'],
  ...resources('migrate'),

  'backup.schedule': [undefined, '30 4 * * 0', '@daily'],
  'backup.timeZone': [undefined, 'Europe/Berlin'],
  'backup.deadline': [undefined, '5h'],
  'backup.keep.daily': [undefined, 0, 14],
  'backup.keep.weekly': [undefined, 0, 8],
  'backup.keep.monthly': [undefined, 0, 12],
  'backup.storage': [undefined, '50Gi', 50_000_000_000],
  'backup.storageClass': [undefined, 'slow'],
  ...resources('backup'),

  'cluster.domain': [undefined, 'cluster.example.com'],
  'cluster.dns': [undefined, 'node-local-dns.kube-system.svc.cluster.local', '169.254.20.10'],

  'argocd.repository': [undefined, 'https://git.example.com/team/shop.git', 'git@git.example.com:team/shop.git'],
  'argocd.revision': [undefined, 'release'],
  'argocd.automated': [undefined, false, true],

  overrides: [undefined, ({ release }) => [{ kind: 'Deployment', name: `${release}-nginx`, merge: { spec: { minReadySeconds: 5 } } }]],
};

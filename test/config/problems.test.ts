import { stringify } from 'yaml';
import { merge } from '../../constructs/finish';
import { problems, SMALLEST } from '../support/stack';

/** The problems of the smallest file with changes, without file and position. */
const said = (changes: object) => problems(stringify(merge(SMALLEST, changes))).map((line) => line.replace(/^\S+ /, ''));

test('the smallest file has no problem', () => {
  expect(said({})).toEqual([]);
});

test('a problem names file, line, column, setting, what is allowed and what was got', () => {
  const text = [
    'release: shop',
    'image: a/b:1',
    'django: { project: app, hosts: [a.b] }',
    'postgres: { storage: 1Gi }',
    'gunicorn:',
    '  gpu: { count: 0.5 }',
    '',
  ];
  expect(problems(text.join('\n'))).toEqual([
    'environments/test.yaml:6:17 gunicorn.gpu.count: must be a whole number from 0 to 16, got 0.5',
  ]);
});

test('all problems are said at once, in the order of the schema', () => {
  expect(said({ release: 'Shop', image: 'shop', postgres: { version: 13 }, backup: { schedule: 'daily' } })).toHaveLength(4);
});

test.each([
  [{ djang: {} }, 'djang: is not a setting; did you mean "django"?'],
  [{ gunicorn: { gpu: { cout: 1 } } }, 'gunicorn.gpu.cout: is not a setting; did you mean "count"?'],
  [{ gunicorn: { replicas: { min: 1, max: 2, memory: 3 } } }, 'gunicorn.replicas.memory: is not a setting; allowed are min, max, cpu'],
  [{ nginx: { tls: { certificate: 'x' } } }, 'nginx.tls.certificate: is not a setting; did you mean "certificates"?'],
  [{ django: { egress: [{ cidr: '192.0.2.0/24', port: [443] }] } }, 'django.egress[0].port: is not a setting; did you mean "ports"?'],
])('an unknown key is refused, with the one that was meant or those there are: %j', (changes, line) => {
  expect(said(changes)).toContain(line);
});

test('a key that stands twice is refused where it stands again', () => {
  expect(problems(`${stringify(SMALLEST)}release: other\n`)).toContainEqual(
    expect.stringMatching(/^environments\/test\.yaml:9:1 this key stands twice/),
  );
});

test('what is no YAML is refused with its place', () => {
  expect(problems('release: [a\n')[0]).toMatch(/^environments\/test\.yaml:\d+:\d+ /);
});

test.each([
  ['release', { release: 'my_shop' }],
  ['release', { release: 'a'.repeat(31) }],
  ['namespace', { namespace: 'Shop' }],
  ['image', { image: 'registry.example.com/shop' }],
  ['image', { image: 'registry.example.com/shop:latest' }],
  ['image', { image: 'registry.example.com:5000/shop' }],
  ['django.project', { django: { project: 'my-app' } }],
  ['django.directory', { django: { directory: '../app' } }],
  ['django.hosts', { django: { hosts: [] } }],
  ['django.hosts[0]', { django: { hosts: ['*'] } }],
  ['django.hosts[0]', { django: { hosts: ['shop.example.com; return 200'] } }],
  ['django.healthPath', { django: { healthPath: 'healthz' } }],
  ['django.env.DATABASE_URL', { django: { env: { DATABASE_URL: 'x' } } }],
  ['django.env.EMAIL_HOST_PASSWORD', { django: { env: { EMAIL_HOST_PASSWORD: 'x' } } }],
  ['django.env.CACHE', { django: { env: { CACHE: 'redis://user:word@cache' } } }],
  ['django.env.9', { django: { env: { 9: 'x' } } }],
  ['django.secrets[0]', { django: { secrets: ['POSTGRES_PASSWORD'] } }],
  ['django.secrets[1]', { django: { secrets: ['A', 'A'] } }],
  ['django.egress[0].cidr', { django: { egress: [{ cidr: '10.0.0.0/33', ports: [1] }] } }],
  ['django.egress[0].cidr', { django: { egress: [{ cidr: '10.1.2.3/8', ports: [1] }] } }],
  ['cluster.dns', { cluster: { dns: '999.1.1.1' } }],
  ['cluster.dnsTtl', { cluster: { dnsTtl: '0s' } }],
  ['django.egress[0].ports', { django: { egress: [{ cidr: '2001:db8::/32', ports: [] }] } }],
  ['gunicorn.replicas', { gunicorn: { replicas: 0 } }],
  ['gunicorn.replicas.min', { gunicorn: { replicas: { min: 3, max: 2 } } }],
  ['gunicorn.gpu.resource', { gunicorn: { gpu: { resource: 'gpu' } } }],
  ['gunicorn.timeout', { gunicorn: { timeout: 60 } }],
  ['gunicorn.timeout', { gunicorn: { timeout: '2s' } }],
  ['gunicorn.resources.requests.cpu', { gunicorn: { resources: { requests: { cpu: 3 } } } }],
  ['gunicorn.resources.limits.memory', { gunicorn: { resources: { limits: { memory: '400m' } } } }],
  ['gunicorn.resources.limits.cpu', { gunicorn: { resources: { limits: { cpu: '1Gi' } } } }],
  ['nginx.image', { nginx: { image: 'docker.io/nginxinc/nginx-unprivileged:1.28.0' } }],
  ['nginx.static.directory', { nginx: { static: { directory: 'no/such/folder' } } }],
  ['nginx.static.url', { nginx: { static: { directory: 'docs', url: '/static' } } }],
  ['nginx.service.https', { nginx: { service: { http: 443 } } }],
  ['nginx.service.httpsNodePort', { nginx: { service: { httpsNodePort: 30443 } } }],
  ['nginx.timeouts.response', { nginx: { timeouts: { response: '10s' } } }],
  ['postgres.version', { postgres: { version: '18' } }],
  ['postgres.storage', { postgres: { storage: null } }],
  ['postgres.storage', { postgres: { storage: '0Gi' } }],
  ['postgres.slowStatements', { postgres: { slowStatements: '100ms' } }],
  ['backup.compression', { backup: { compression: 'xz' } }],
  ['backup.compression', { postgres: { version: 15 }, backup: { compression: 'zstd' } }],
  ['backup.compression', { postgres: { version: 14 }, backup: { compression: 'lz4' } }],
  ['postgres.slowStatements', { postgres: { slowStatements: '0s' } }],
  ['postgres.resources.limits.memory', { postgres: { resources: { requests: { memory: '64Mi' }, limits: { memory: '64Mi' } } } }],
  ['migrate.lockTimeout', { migrate: { lockTimeout: '0s' } }],
  ['migrate.lockTimeout', { migrate: { lockTimeout: '31s' } }],
  ['migrate.lockTimeout', { migrate: { lockTimeout: '11s', wait: '10s' } }],
  ['migrate.statementTimeout', { migrate: { statementTimeout: '59s' } }],
  ['migrate.statementTimeout', { migrate: { statementTimeout: '61m' } }],
  ['migrate.missingMigrations', { migrate: { missingMigrations: 'ignore' } }],
  ['migrate.risks', { migrate: { risks: 'ignore' } }],
  ['migrate.deadline', { migrate: { deadline: '50m', wait: '10m' } }],
  ['backup.schedule', { backup: { schedule: '0 3 30 2 *' } }],
  ['backup.schedule', { backup: { schedule: '0 3 * *' } }],
  ['backup.schedule', { backup: { schedule: '61 3 * * *' } }],
  ['backup.timeZone', { backup: { timeZone: 'Mars/Base' } }],
  ['backup.keep.daily', { backup: { keep: { daily: -1 } } }],
  ['cluster.dns', { cluster: { dns: 'coredns' } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/tmp' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/tmp/media' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/dev/shm' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/run/secrets' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/var/run/media' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/proc' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/sys/fs' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/runtime' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/usr/local/media' } } }],
  ['django.media.path', { django: { media: { storage: '1Gi', path: '/etc/media' } } }],
  ['namespace', { namespace: 'default' }],
  ['namespace', { namespace: 'kube-public' }],
  ['django.env.RATE', { django: { env: { RATE: 1.1 } } }],
  ['django.env.RATE', { django: { env: { RATE: Infinity } } }],
  ['django.env.SECRETS_DIRECTORY', { django: { env: { SECRETS_DIRECTORY: '/x' } } }],
  ['gunicorn.nodeSelector.-pool', { gunicorn: { nodeSelector: { '-pool': 'gpu' } } }],
  ['gunicorn.nodeSelector.a/b/c', { gunicorn: { nodeSelector: { 'a/b/c': 'gpu' } } }],
  ['gunicorn.nodeSelector.Example.com/pool', { gunicorn: { nodeSelector: { 'Example.com/pool': 'gpu' } } }],
  ['gunicorn.nodeSelector.pool', { gunicorn: { nodeSelector: { pool: 'for gpus' } } }],
  ['gunicorn.tolerations[0].value', { gunicorn: { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] } }],
  ['gunicorn.tolerations[0].value', { gunicorn: { tolerations: [{ key: 'a', operator: 'Equal' }] } }],
  ['gunicorn.tolerations[0].key', { gunicorn: { tolerations: [{ value: 'b' }] } }],
  ['nginx.uploadLimit', { nginx: { uploadLimit: '513Mi' } }],
  ['nginx.uploadLimit', { nginx: { uploadLimit: '1025Mi', resources: { limits: { 'ephemeral-storage': '2Gi' } } } }],
  ['postgres.image', { postgres: { image: 'postgres:17.2' } }],
  ['postgres.image', { postgres: { version: 16, image: 'postgres:18-bookworm' } }],
  ['postgres.image', { postgres: { image: 'postgres:18-alpine' } }],
  ['postgres.image', { postgres: { image: 'postgres:18.1-alpine3.22' } }],
  ['postgres.user', { postgres: { user: 'pg_shop' } }],
  ['postgres.user', { release: 'pg-shop' }],
  ['postgres.user', { postgres: { user: 'u'.repeat(57) } }],
  ['postgres.extensions[1]', { postgres: { extensions: ['pg_trgm', 'pg_trgm, hstore'] } }],
  ['postgres.database', { postgres: { database: 'template1' } }],
  ['postgres.database', { release: 'template0' }],
  ['backup.schedule', { backup: { schedule: '0 3 * * 7' } }],
  ['backup.schedule', { backup: { schedule: '0 3 * * 1-7' } }],
  ['backup.schedule', { backup: { schedule: '0 3 * * 8' } }],
  ['backup.timeZone', { backup: { timeZone: 'europe/berlin' } }],
  ['backup.timeZone', { backup: { timeZone: 'Europe/berlin' } }],
  ['backup.timeZone', { backup: { timeZone: 'EUROPE/BERLIN' } }],
  [
    'django.media.url',
    { django: { media: { storage: '1Gi', path: '/m', url: '/static/media/' } }, nginx: { static: { directory: 'docs' } } },
  ],
  ['django.media.accessMode', { django: { media: { storage: '1Gi', path: '/m', accessMode: 'ReadWriteOnce' } } }],
])('%s is refused: %j', (setting, changes) => {
  expect(said(changes)).toEqual([expect.stringMatching(new RegExp(`^${setting.replace(/[[\].]/g, '\\$&')}: \\S`))]);
});

test.each([
  { release: 'a' },
  { image: 'shop:1' },
  { image: `shop@sha256:${'0'.repeat(64)}` },
  { image: 'registry.example.com:5000/team/shop:1.0_rc-1' },
  { django: { hosts: ['.example.com', 'localhost'] } },
  { django: { env: { DEBUG: false, WORKERS: 3, PASSWORD_RESET_TIMEOUT: 60 } } },
  { django: { egress: 'internet' } },
  { django: { egress: [{ cidr: '2001:db8::/32', ports: [443] }] } },
  { django: { directory: '.' } },
  { gunicorn: { resources: { requests: { cpu: 0.25 }, limits: { cpu: 3, memory: '1.5Gi' } } } },
  { gunicorn: { gpu: { count: 1, resource: 'nvidia.com/mig-1g.10gb', memory: '16Gi' } } },
  { nginx: { image: 'registry.example.com/front:team-7' } },
  { postgres: { storage: '500Mi', slowStatements: '30s' } },
  { postgres: { version: 15 }, backup: { compression: 'none' } },
  { postgres: { version: 16 }, backup: { compression: 'zstd' } },
  { backup: { schedule: '@daily' } },
  { backup: { schedule: '*/15 1-5 * JAN,JUL MON-FRI', timeZone: 'Europe/Berlin' } },
  { cluster: { dns: '169.254.20.10' } },
  { namespace: 'kubernetes-shop' },
  { django: { env: { VERSION: '1.10', PRICE: '$5' } } },
  { django: { media: { storage: '1Gi', path: '/app/tmp' } } },
  { django: { media: { storage: '1Gi', path: '/runtimes/media' } } },
  { gunicorn: { nodeSelector: { pool: 'gpu', 'nvidia.com/gpu.product': 'NVIDIA-L4' } } },
  { gunicorn: { tolerations: [{ key: 'a' }, { operator: 'Exists' }, { key: 'a', operator: 'Equal', value: '' }] } },
  { migrate: { deadline: '51m', wait: '10m' } },
  { migrate: { statementTimeout: '60m', lockTimeout: '10s', wait: '10s' } },
  { nginx: { uploadLimit: '512Mi' } },
  { nginx: { uploadLimit: '1Gi', resources: { limits: { 'ephemeral-storage': '2Gi' } } } },
  { postgres: { version: 17, image: 'postgres:17.2-bookworm' } },
  { postgres: { image: 'registry.example.com/postgres:18' } },
  { postgres: { image: `postgres@sha256:${'0'.repeat(64)}` } },
  { release: 'pg-shop', postgres: { user: 'shop' } },
  { postgres: { database: 'template2', user: 'pgowner' } },
  { backup: { schedule: '0 7 8 9 0-6' } },
  { backup: { schedule: '0 3 * * SUN', timeZone: 'UTC' } },
  { backup: { timeZone: 'Etc/UTC' } },
  { backup: { timeZone: 'US/Pacific' } },
])('is taken: %j', (changes) => {
  expect(said(changes)).toEqual([]);
});

test('an unquoted number that YAML would shorten is refused, with what to do', () => {
  const text = stringify(merge(SMALLEST, { django: { env: { A: 'x' } } })).replace('A: x', 'A: 1.10');
  expect(problems(text)).toEqual([expect.stringMatching(/django\.env\.A: .*put other numbers into quotes/)]);
});

test('too few connections are refused with the sum that is needed', () => {
  expect(said({ gunicorn: { replicas: 10, workers: 4, threads: 8 } })).toEqual([
    'postgres.maxConnections: must be at least 360, got 100: (10 replicas + 1 in a release) × 4 workers × 8 threads of Gunicorn, and 8 for jobs and operators',
  ]);
});

test('a number of connections that just suffices is taken', () => {
  const enough = { gunicorn: { replicas: 10, workers: 4, threads: 8 }, postgres: { maxConnections: 360 } };
  expect(said(enough)).toEqual([]);
  expect(said({ ...enough, backup: { jobs: 4 } })).toEqual([expect.stringContaining('must be at least 364, got 360')]);
});

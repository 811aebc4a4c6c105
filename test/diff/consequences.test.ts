/** What a change of the file leads to, and that it leads to nothing else. */
import { EXTERNAL } from '../support/kinds';
import type { Expected } from '../support/matchers';
import { render } from '../support/stack';

const change = (before: object, after: object) => ({ before: render(before).objects, after: render(after).objects });

const NO_SPARE = { gunicorn: { replicas: 1, gpu: { count: 1 } } };
const TRUSTED = { realIp: { from: ['10.9.0.0/16'] } };
const GUARDED = {
  access: { allow: ['203.0.113.0/24'], deny: ['203.0.113.9/32'], basicAuth: {} },
  locations: [{ path: '/admin/', access: { clientCertificate: true } }],
  tls: { clientCa: 'authorities' },
};
const CONF = [/^Deployment shop-nginx: 2 pods restart, .*configuration shop-nginx \(nginx\.conf\)/];
const BESIDE = [/^ConfigMap shop-nginx: shop-nginx-[0-9a-f]{8} stands beside shop-nginx-[0-9a-f]{8}$/];
const VERSIONS = [/: labels\.app\.kubernetes\.io\/version$/];
const MIGRATES = [/^Job shop-migrate: shop-migrate-[0-9a-f]{8} runs[:,] /];

describe.each<[string, object, object, Expected]>([
  ['no change', {}, {}, {}],
  [
    'a new image',
    {},
    { image: 'registry.example.com/team/shop:1.0.1' },
    {
      restart: [
        /^Deployment shop-gunicorn: 2 pods restart once the migration is done, each new one ready before an old one stops: gunicorn and migrated image: registry\.example\.com\/team\/shop:1\.0\.0 → 1\.0\.1$/,
      ],
      migration: [/ runs: the migrations of registry\.example\.com\/team\/shop:1\.0\.1, after a verified backup where there are some$/],
      'in-place': [
        /^CronJob shop-backup: containers\.backup\.env\.APPLICATION_IMAGE: registry\.example\.com\/team\/shop:1\.0\.0 → 1\.0\.1$/,
      ],
      cosmetic: VERSIONS,
    },
  ],
  [
    'a new image for the only pod, whose GPU has no spare',
    NO_SPARE,
    { ...NO_SPARE, image: 'registry.example.com/team/shop:1.0.1' },
    {
      downtime: [
        /^Deployment shop-gunicorn: its only pod stops before new ones start as there is no GPU to spare: no answer from then until the migration is done and the new ones are ready$/,
      ],
      restart: [/^Deployment shop-gunicorn: 1 pod restarts once the migration is done, 1 at a time, stopped before the next one starts: /],
      migration: MIGRATES,
      'in-place': [/^CronJob shop-backup: /],
      cosmetic: VERSIONS,
    },
  ],
  [
    'a smaller volume of the database',
    { postgres: { storage: '400Gi' } },
    { postgres: { storage: '40Gi' } },
    {
      'data-loss': [/^PersistentVolumeClaim data-shop-postgres-0: a volume cannot shrink \(400Gi → 40Gi\): the API refuses it/],
      capacity: [
        /^PersistentVolumeClaim data-shop-postgres-0: requests\.storage: 400Gi → 40Gi$/,
        /^CronJob shop-drill: data\.requests\.storage: /,
      ],
    },
  ],
  [
    'a bigger one',
    { postgres: { storage: '40Gi' } },
    { postgres: { storage: '400Gi' } },
    {
      capacity: [
        /^PersistentVolumeClaim data-shop-postgres-0: requests\.storage: 40Gi → 400Gi$/,
        /^CronJob shop-drill: data\.requests\.storage: /,
      ],
    },
  ],
  [
    'fewer backups kept',
    {},
    { backup: { keep: { weekly: 1 } } },
    { 'data-loss': [/^CronJob shop-backup: its next run removes backups that are kept today: KEEP_WEEKLY 4 → 1$/], migration: MIGRATES },
  ],
  [
    'more backups kept',
    {},
    { backup: { keep: { weekly: 9 } } },
    { migration: MIGRATES, 'in-place': [/^CronJob shop-backup: containers\.backup\.env\.KEEP_WEEKLY: 4 → 9$/] },
  ],
  [
    'another schedule',
    {},
    { drill: { schedule: '30 4 * * *' } },
    { 'in-place': [/^CronJob shop-drill: schedule: 0 5 \* \* 0 → 30 4 \* \* \*$/] },
  ],
  [
    'another upload limit',
    {},
    { nginx: { uploadLimit: '512Mi' } },
    {
      restart: [
        /^Deployment shop-nginx: 2 pods restart, each new one ready before an old one stops: configuration shop-nginx \(nginx\.conf\)$/,
      ],
      'in-place': [/^ConfigMap shop-nginx: shop-nginx-[0-9a-f]{8} stands beside shop-nginx-[0-9a-f]{8}, with another nginx\.conf$/],
    },
  ],
  [
    'a way out for the application',
    {},
    { django: { egress: [{ cidr: '203.0.113.0/24', ports: [443] }] } },
    { exposure: [/^NetworkPolicy shop-(gunicorn|migrate): allows out to 203\.0\.113\.0\/24 on 443$/] },
  ],
  [
    'another name of the site',
    { django: { hosts: ['shop.example.com', 'old.example.com'] } },
    { django: { hosts: ['shop.example.com', 'new.example.com'] } },
    {
      restart: [
        ...CONF,
        /^Deployment shop-gunicorn: .*DJANGO_CSRF_TRUSTED_ORIGINS: https:\/\/shop\.example\.com,https:\/\/old\.\S+ → https:\/\/shop\.example\.com,/,
      ],
      migration: MIGRATES,
      exposure: [
        /^Deployment shop-gunicorn: answers to new\.example\.com; no longer answers to old\.example\.com$/,
        /^ConfigMap shop-nginx: from now on it answers to new\.example\.com; no longer: it answers to old\.example\.com$/,
      ],
      'in-place': BESIDE,
    },
  ],
  [
    'a front that asks who comes',
    { nginx: TRUSTED },
    { nginx: { ...TRUSTED, ...GUARDED } },
    {
      restart: CONF,
      exposure: [
        /^ConfigMap shop-nginx: from now on only 203\.0\.113\.0\/24 may come in at \/, 203\.0\.113\.9\/32 may not come in at \/, a password is asked for at \/, a certificate of the client is asked for at \/admin\/$/,
        /^Deployment shop-nginx: its pods read ca\.crt, authorities, htpasswd and shop-htpasswd of Secrets$/,
      ],
      'in-place': BESIDE,
    },
  ],
  [
    'a front that no longer asks',
    { nginx: { ...TRUSTED, ...GUARDED } },
    {},
    {
      restart: CONF,
      exposure: [
        /^ConfigMap shop-nginx: no longer: a client's address is taken from the word of 10\.9\.0\.0\/16, only 203\.0\.113\.0\/24 may come in at \/, .*, a password is asked for at \/, a certificate of the client is asked for at \/admin\/$/,
        /^Deployment shop-nginx: its pods no longer read ca\.crt, authorities, htpasswd and shop-htpasswd of Secrets$/,
      ],
      'in-place': BESIDE,
    },
  ],
  [
    'a password or an address where both were asked for',
    { nginx: { ...TRUSTED, access: { allow: ['203.0.113.0/24'], basicAuth: {} } } },
    { nginx: { ...TRUSTED, access: { allow: ['203.0.113.0/24'], basicAuth: {}, satisfy: 'any' } } },
    {
      restart: CONF,
      exposure: [
        /: from now on only 203\.0\.113\.0\/24, and who has the password, may come in at \/; no longer: only 203\.0\.113\.0\/24 may come in at \/, a password is asked for at \/$/,
      ],
      'in-place': BESIDE,
    },
  ],
  [
    'the maintenance page',
    { nginx: TRUSTED },
    { nginx: { ...TRUSTED, maintenance: { allow: ['203.0.113.0/24'] } } },
    {
      downtime: [/^ConfigMap shop-nginx: visitors get the maintenance page at \/$/],
      restart: CONF,
      exposure: [/: from now on the maintenance page is not shown to 203\.0\.113\.0\/24, the maintenance page is shown at \/$/],
      'in-place': BESIDE,
    },
  ],
  [
    'no maintenance page any more',
    { nginx: { maintenance: {} } },
    {},
    { restart: CONF, exposure: [/^ConfigMap shop-nginx: no longer: the maintenance page is shown at \/$/], 'in-place': BESIDE },
  ],
  [
    'files of another claim',
    { nginx: { static: { claim: 'files' } } },
    { nginx: { static: { claim: 'more-files' } } },
    {
      'data-loss': [
        /^Deployment shop-nginx: its pods see another volume \(static: files → more-files\): what is on the one before is not on it until it is copied$/,
      ],
      restart: [/^Deployment shop-nginx: 2 pods restart, /],
    },
  ],
  [
    'a front outside the cluster',
    {},
    { nginx: { service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/24'] } } },
    {
      exposure: [/^Service shop-nginx: is reached in another way: type: ClusterIP → LoadBalancer, .*\+ loadBalancerSourceRanges$/],
      restart: [/^Deployment shop-nginx: .* lifecycle\.preStop\.exec\.command\.1: 15 → 60/],
    },
  ],
  [
    'fewer replicas',
    { gunicorn: { replicas: 3 } },
    { gunicorn: { replicas: 2 } },
    { capacity: [/^Deployment shop-gunicorn: replicas: 3 → 2$/] },
  ],
  [
    'a database of somebody else',
    {},
    EXTERNAL,
    {
      'data-loss': [
        /^StatefulSet shop-postgres: is no longer in the manifests: Argo CD and a plain apply leave it\./,
        /^PersistentVolumeClaim data-shop-postgres-0: is no longer .* Deleting it deletes what is on its volume$/,
        /^Deployment shop-gunicorn: uses another database \(.*POSTGRES_HOST: shop-postgres → db\.example\.com.*\): /,
      ],
      downtime: [/^Service shop-postgres: is no longer in the manifests: where it is removed, nothing answers in its place$/],
      restart: [/^Deployment shop-gunicorn: .*POSTGRES_HOST: shop-postgres → db\.example\.com/],
      migration: MIGRATES,
      exposure: [
        /^NetworkPolicy shop-postgres: is no longer in the manifests: where it is removed, it no longer allows in from pods migrate on 5432,/,
        /^NetworkPolicy shop-(migrate|gunicorn|backup): allows out to 10\.20\.0\.0\/16 on 5432; no longer allows out to pods postgres on 5432$/,
        /^(Job|Deployment|CronJob) shop-\w+: its pods read managed of Secrets; no longer shop-postgres-tls/,
      ],
      capacity: [/^CronJob shop-drill: /],
      'in-place': [/^(ServiceAccount|ConfigMap|PodDisruptionBudget) shop-postgres: is no longer /, /^CronJob shop-(backup|drill): /],
    },
  ],
  [
    'a pooler',
    {},
    { postgres: { pooler: {} } },
    {
      restart: [
        /^Deployment shop-gunicorn: .*gunicorn and migrated POSTGRES_HOST: shop-postgres → shop-pooler; .*\+ volumes\.secret-pooler-tls/,
      ],
      exposure: [
        /^NetworkPolicy shop-(postgres|gunicorn): allows .* pods pooler on (5432|6432); no longer allows /,
        /^NetworkPolicy shop-pooler: is new: of its pods' packets it allows in from pods gunicorn on 6432, out to pods postgres on 5432/,
        /^Deployment shop-gunicorn: its pods read shop-pooler-tls of Secrets; no longer shop-postgres-tls$/,
        /^Deployment shop-pooler: its pods read .*shop-pooler-tls and shop-postgres-tls of Secrets$/,
      ],
      capacity: [/^Deployment shop-pooler: is new$/],
      'in-place': [/^(ServiceAccount|ConfigMap|Service|PodDisruptionBudget) shop-pooler: is new$/],
    },
  ],
])('%s', (_what, before, after, expected) => {
  test('leads to what it should', () => {
    expect(change(before, after)).toLeadTo(expected);
  });
});

/** The environments of the project, and some that use what those do not, rendered. */
import { loadEnvironments } from '../../config/load';
import { composeEnvironment } from '../../constructs/compose';
import { manifests } from '../../constructs/manifests';
import { readStaticFiles } from '../../constructs/nginx/static-files';
import { render, Rendered, ROOT } from './stack';

function ofProject(): [string, Rendered][] {
  return loadEnvironments(ROOT).map((environment) => [
    environment.name,
    new Rendered(manifests(composeEnvironment(environment, ROOT, '').app)),
  ]);
}

const FULL = {
  imagePullSecrets: ['registry'],
  django: {
    healthPath: '/healthz',
    env: { SITE_NAME: 'Shop' },
    secrets: ['STRIPE_KEY'],
    egress: 'internet',
    media: { storage: '5Gi', path: '/app/media' },
  },
  gunicorn: {
    replicas: { min: 2, max: 3 },
    gpu: { count: 2, products: ['NVIDIA-A100-SXM4-80GB'], memory: '40Gi', runtimeClass: 'nvidia', spare: true },
    nodeSelector: { pool: 'gpu' },
    tolerations: [{ key: 'dedicated', value: 'web', operator: 'Equal', effect: 'NoSchedule' }],
  },
  nginx: {
    tls: { secretName: 'cert' },
    service: { type: 'NodePort', httpsNodePort: 30443 },
    static: { directory: 'example/django_app/static' },
  },
  postgres: { version: 17, storageClass: 'fast', database: 'orders', user: 'owner' },
  backup: { storageClass: 'slow', timeZone: 'Europe/Berlin' },
  cluster: { dns: '169.254.20.10' },
};
const ONE_NODE = {
  django: { media: { storage: '1Gi', path: '/app/media', accessMode: 'ReadWriteOnce' } },
  gunicorn: { replicas: 1 },
  nginx: { replicas: 1 },
};

const REAL_IP = { from: ['10.244.0.0/16'] };
const BEHIND_INGRESS = { nginx: { ingress: { className: 'public' }, realIp: REAL_IP, replicas: { min: 2, max: 4 }, metrics: {} } };
const BEHIND_GATEWAY = {
  nginx: { gateway: { name: 'public', sectionName: 'https', httpSectionName: 'http', route: 'HTTPRoute' }, realIp: REAL_IP },
};

const FROM_IMAGES = {
  nginx: {
    static: {
      image: { name: 'registry.example.com/team/static:2', path: '/files' },
      previousImages: ['registry.example.com/team/static:1'],
    },
    errorPages: { '50x': 'README.md' },
    maintenance: { page: 'README.md' },
  },
};
const PAGES = { '50x.html': '<h1>Back soon</h1>', 'maintenance.html': '<h1>Closed</h1>' };

/** Every environment by name. */
export const ENVIRONMENTS: readonly [string, Rendered][] = [
  ...ofProject(),
  ['smallest', render()],
  ['with every option', render(FULL, readStaticFiles(`${ROOT}/example/django_app/static`))],
  ['on one node', render(ONE_NODE)],
  ['with files of images, and pages', render(FROM_IMAGES, undefined, PAGES)],
  ['behind an Ingress', render(BEHIND_INGRESS)],
  ['behind a Gateway', render(BEHIND_GATEWAY)],
];

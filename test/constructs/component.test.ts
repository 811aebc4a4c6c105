import { contentHash, nameBeforeHash } from '../../constructs/content-name';
import { versionLabel } from '../../constructs/component';
import { isWorkload, template } from '../support/pods';
import { render } from '../support/stack';

const selector = (name: string, component: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/component': component,
});
const SELECTORS = [
  ['Deployment', 'shop-gunicorn', selector('django', 'gunicorn')],
  ['Deployment', 'shop-nginx', selector('nginx', 'nginx')],
  ['StatefulSet', 'shop-postgres', selector('postgresql', 'postgres')],
] as const;

describe('selectors', () => {
  test.each(SELECTORS)('%s %s selects its pods by labels that can never change', (kind, name, labels) => {
    for (const rendered of [
      render(),
      render({ image: 'registry.example.com/team/shop:2.0.0', nginx: { image: 'docker.io/nginxinc/nginx-unprivileged:1.31.0' } }),
    ]) {
      expect(rendered.find(kind, name)).toHaveProperty('spec.selector', { matchLabels: labels });
      expect(template(rendered.find(kind, name)).metadata.labels).toMatchObject(labels);
    }
  });

  test.each(SELECTORS)('the Service of %s %s selects the same pods', (_kind, name, labels) => {
    expect(render().find('Service', name)).toHaveProperty('spec.selector', labels);
  });

  test.each(SELECTORS.slice(0, 2))('the disruption budget of %s %s selects the same pods', (_kind, name, labels) => {
    expect(render().find('PodDisruptionBudget', name)).toHaveProperty('spec.selector', { matchLabels: labels });
  });
});

describe('labels', () => {
  test('an object says what it is, what it belongs to and which version runs', () => {
    const { metadata } = render().find('Deployment', 'shop-gunicorn');
    expect(metadata.labels).toEqual({
      ...selector('django', 'gunicorn'),
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/managed-by': 'cdk8s',
      'app.kubernetes.io/version': '1.0.0',
    });
  });

  test.each([
    ['Deployment', 'shop-gunicorn'],
    ['Deployment', 'shop-nginx'],
    ['StatefulSet', 'shop-postgres'],
    ['Job', 'shop-migrate'],
    ['CronJob', 'shop-backup'],
    ['CronJob', 'shop-drill'],
  ])('pods of %s %s carry the labels of what made them', (kind, name) => {
    const object = render().find(kind, name);
    expect(template(object).metadata.labels).toEqual(object.metadata.labels);
  });

  test('the version is that of the image of each component', () => {
    const rendered = render({ image: 'shop:3.1.0', nginx: { image: 'nginx:1.30.5' }, postgres: { image: 'postgres:18.1' } });
    const version = (kind: string, name: string) => rendered.find(kind, name).metadata.labels?.['app.kubernetes.io/version'];
    expect(version('Deployment', 'shop-gunicorn')).toBe('3.1.0');
    expect(version('Job', 'shop-migrate')).toBe('3.1.0');
    expect(version('Deployment', 'shop-nginx')).toBe('1.30.5');
    expect(version('StatefulSet', 'shop-postgres')).toBe('18.1');
    expect(version('CronJob', 'shop-backup')).toBe('18.1');
  });

  const digest = '0123456789abcdef'.repeat(4);
  test.each([
    ['registry.example.com/team/shop:1.4.2', '1.4.2'],
    ['registry.example.com:5000/team/shop:1.4.2', '1.4.2'],
    [`shop:1.4.2@sha256:${digest}`, '1.4.2'],
    [`registry.example.com:5000/shop@sha256:${digest}`, digest.slice(0, 63)],
    [`shop:${'1'.repeat(62)}.5`, '1'.repeat(62)],
    ['shop:_nightly-', 'nightly'],
    ['registry.example.com:5000/shop', 'unknown'],
    ['shop:___', 'unknown'],
  ])('the version of %s is a label that Kubernetes takes: %s', (image, label) => {
    expect(versionLabel(image)).toBe(label);
    expect(label).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
  });
});

describe('names', () => {
  test('every object is called after the release and its component', () => {
    const rendered = render({ gunicorn: { replicas: { min: 2, max: 3 } } });
    expect(rendered.names('Deployment')).toEqual(['shop-gunicorn', 'shop-nginx']);
    expect(rendered.names('StatefulSet')).toEqual(['shop-postgres']);
    expect(rendered.names('CronJob')).toEqual(['shop-backup', 'shop-drill']);
    expect(rendered.names('HorizontalPodAutoscaler')).toEqual(['shop-gunicorn']);
    expect(rendered.names('Service')).toEqual(['shop-postgres', 'shop-gunicorn', 'shop-nginx']);
    expect(rendered.names('ServiceAccount')).toEqual([
      'shop-postgres',
      'shop-migrate',
      'shop-gunicorn',
      'shop-nginx',
      'shop-backup',
      'shop-drill',
    ]);
    expect(rendered.names('Secret')).toEqual([]);
  });

  test('another release shares no name with it', () => {
    const names = (release: string) => render({ release }).objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const mine = names('shop');
    expect(names('blog').filter((name) => mine.includes(name))).toEqual([]);
  });

  test('names leave room for what Kubernetes adds, even for the longest release', () => {
    for (const { kind, metadata } of render({ release: 'r'.repeat(30) }).objects) {
      expect({ kind, name: metadata.name, fits: metadata.name.length <= 52 }).toEqual({ kind, name: metadata.name, fits: true });
    }
  });

  test('all stand in the namespace of release and environment, or in the one that the file names', () => {
    const namespaces = (changes: object) =>
      new Set(
        render(changes)
          .objects.filter(({ kind }) => kind !== 'Namespace')
          .map(({ metadata }) => metadata.namespace),
      );
    expect(namespaces({})).toEqual(new Set(['shop-test']));
    expect(namespaces({ namespace: 'web-shop' })).toEqual(new Set(['web-shop']));
  });

  test('each pod runs as the ServiceAccount of its component, which has no token', () => {
    const rendered = render();
    for (const object of rendered.objects.filter(isWorkload)) {
      const { serviceAccountName } = template(object).spec;
      expect(object.metadata.name.startsWith(serviceAccountName)).toBe(true);
      expect(rendered.find('ServiceAccount', serviceAccountName)).toHaveProperty('automountServiceAccountToken', false);
      expect(template(object).spec.automountServiceAccountToken).toBe(false);
    }
  });

  test('a name that follows content changes with the content, and not with the order of its keys', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
    expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
    expect(contentHash({})).toMatch(/^[0-9a-f]{8}$/);
    expect(nameBeforeHash(`shop-migrate-${contentHash({ a: 1 })}`)).toBe('shop-migrate');
    expect(nameBeforeHash('shop-migrate')).toBe('shop-migrate');
  });
});

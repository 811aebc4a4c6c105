import { App } from 'cdk8s';
import { stringify } from 'yaml';
import { parseEnvironment } from '../../config/load';
import { compose } from '../../constructs/compose';
import { schemaProblems } from '../../checks/schema';
import { manifests } from '../../constructs/manifests';
import { ArgoApplication } from '../../constructs/argocd';
import { config, render, Rendered, ROOT, SMALLEST } from '../support/stack';
import { stored } from '../support/static-files';

const ARGOCD = { repository: 'https://git.example.com/team/shop.git' };
const wave = (rendered: Rendered, kind: string, name: string) =>
  Number(rendered.find(kind, name).metadata.annotations?.['argocd.argoproj.io/sync-wave']);

function application(argocd: object = {}, changes: object = {}): Rendered {
  const app = new App();
  const resolved = config({ ...changes, argocd: { ...ARGOCD, ...argocd } });
  if (!resolved.argocd) throw new Error('there is no section argocd');
  new ArgoApplication(app, 'prod', { config: resolved, settings: resolved.argocd });
  return new Rendered(manifests(app));
}

describe('waves', () => {
  const rendered = render(
    {
      gunicorn: { replicas: { min: 2, max: 4 } },
      django: { media: { storage: '1Gi', path: '/media' } },
      nginx: { static: { directory: 'test' } },
    },
    [stored('a.css.gz', 4)],
  );

  test.each([
    [-3, ['Namespace', 'NetworkPolicy', 'ServiceAccount', 'ConfigMap']],
    [-2, ['StatefulSet']],
    [-1, ['Job']],
    [0, ['Deployment']],
    [1, ['HorizontalPodAutoscaler', 'CronJob']],
  ])('%i: %j', (number, kinds) => {
    for (const kind of kinds) {
      const objects = rendered.objects.filter((object) => object.kind === kind);
      expect(objects.length).toBeGreaterThan(0);
      for (const { metadata } of objects) expect(metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': `${number}` });
    }
  });

  test('every object has one', () => {
    for (const { metadata } of rendered.objects) expect(metadata.annotations?.['argocd.argoproj.io/sync-wave']).toMatch(/^-?\d$/);
  });

  test('a Service comes with the pods behind it', () => {
    expect(wave(rendered, 'Service', 'shop-postgres')).toBe(-2);
    expect(wave(rendered, 'Service', 'shop-gunicorn')).toBe(0);
    expect(wave(rendered, 'Service', 'shop-nginx')).toBe(0);
  });

  test('a claim is in the wave of the first pod that mounts it, as it may be bound only then', () => {
    expect(wave(rendered, 'PersistentVolumeClaim', 'data-shop-postgres-0')).toBe(wave(rendered, 'StatefulSet', 'shop-postgres'));
    expect(wave(rendered, 'PersistentVolumeClaim', 'shop-backup')).toBe(wave(rendered, 'Job', 'shop-migrate'));
    expect(wave(rendered, 'PersistentVolumeClaim', 'shop-media')).toBe(wave(rendered, 'Deployment', 'shop-gunicorn'));
  });

  test('only the migration is a hook', () => {
    const hooks = rendered.objects.filter(({ metadata }) => metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined);
    expect(hooks.map(({ kind }) => kind)).toEqual(['Job']);
    expect(hooks[0]?.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook': 'Sync' });
  });
});

describe('the Application', () => {
  test('is one of a kind, and stands where Argo CD reads it', () => {
    const [object] = application().objects;
    expect(object).toMatchObject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop-test', namespace: 'argocd' },
    });
    expect(application().objects).toHaveLength(1);
  });

  test('follows the repository, the revision and the folder of the environment, or another one', () => {
    const source = (argocd: object = {}) => application(argocd).find('Application', 'shop-test').spec;
    expect(source()).toMatchObject({ source: { repoURL: ARGOCD.repository, targetRevision: 'HEAD', path: 'dist/test' } });
    expect(source({ revision: 'v1.4.2', path: 'deploy/shop' })).toMatchObject({
      source: { targetRevision: 'v1.4.2', path: 'deploy/shop' },
    });
  });

  test('belongs to the project that the file names', () => {
    expect(application().find('Application', 'shop-test')).toHaveProperty('spec.project', 'default');
    expect(application({ project: 'shops' }).find('Application', 'shop-test')).toHaveProperty('spec.project', 'shops');
  });

  test.each([
    [{}, { server: 'https://kubernetes.default.svc' }],
    [{ destination: { server: 'https://203.0.113.1:6443' } }, { server: 'https://203.0.113.1:6443' }],
    [{ destination: { name: 'europe' } }, { name: 'europe' }],
  ])('with %j it applies to the namespace of the release in %j', (argocd, cluster) => {
    expect(application(argocd, { namespace: 'web' }).find('Application', 'web')).toHaveProperty('spec.destination', {
      ...cluster,
      namespace: 'web',
    });
  });

  test.each([
    [true, { prune: true, selfHeal: true }],
    [{ prune: false }, { prune: false, selfHeal: true }],
    [{ selfHeal: false }, { prune: true, selfHeal: false }],
  ])('automated: %j is with %j', (automated, expected) => {
    expect(application({ automated }).find('Application', 'shop-test')).toHaveProperty('spec.syncPolicy.automated', expected);
  });

  test('does nothing by itself unless the file says so', () => {
    expect(application().find('Application', 'shop-test')).not.toHaveProperty('spec.syncPolicy.automated');
    expect(application({ automated: false }).find('Application', 'shop-test')).not.toHaveProperty('spec.syncPolicy.automated');
  });

  test('tries again what failed, with the newest commit', () => {
    const retry = (argocd?: object) => application(argocd).find('Application', 'shop-test').spec;
    expect(retry()).toMatchObject({ syncPolicy: { retry: { limit: 5, refresh: true } } });
    expect(retry({ retry: { limit: 0 } })).toMatchObject({ syncPolicy: { retry: { limit: 0 } } });
  });

  test('has the sync options of the file, and none without', () => {
    const options = ['ServerSideApply=true', 'FailOnSharedResource=true'];
    expect(application({ syncOptions: options }).find('Application', 'shop-test')).toHaveProperty('spec.syncPolicy.syncOptions', options);
    expect(application().find('Application', 'shop-test')).not.toHaveProperty('spec.syncPolicy.syncOptions');
  });

  test('is what Argo CD takes, whatever the file says', () => {
    const syncOptions = ['ServerSideApply=true'];
    const all = { path: 'deploy', project: 'shops', destination: { name: 'europe' }, automated: true, retry: { limit: 0 }, syncOptions };
    expect([...application().objects, ...application(all).objects].flatMap(schemaProblems)).toEqual([]);
  });

  test('ignores no difference: of a field that something else decides nothing is applied', () => {
    const rendered = render({ gunicorn: { replicas: { min: 2, max: 4 } }, nginx: { replicas: { min: 2, max: 4 } } });
    expect(application().find('Application', 'shop-test')).not.toHaveProperty('spec.ignoreDifferences');
    for (const name of ['shop-gunicorn', 'shop-nginx']) expect(rendered.find('Deployment', name)).not.toHaveProperty('spec.replicas');
  });
});

describe('dist/argocd', () => {
  function composed(files: Readonly<Record<string, object>>) {
    const environments = Object.entries(files).map(([name, changes]) => {
      const environment = parseEnvironment(ROOT, `environments/${name}.yaml`, stringify({ ...SMALLEST, ...changes }), []);
      if (!environment) throw new Error(`${name} cannot be read`);
      return environment;
    });
    return compose(environments, ROOT, '/out').map((app) => ({ folder: app.outdir, objects: manifests(app) }));
  }

  test('holds an Application for each environment that has the section', () => {
    const apps = composed({ dev: {}, prod: { argocd: ARGOCD }, stage: { argocd: ARGOCD } });
    expect(apps.map(({ folder }) => folder)).toEqual(['/out/dev', '/out/prod', '/out/stage', '/out/argocd']);
    const applications = apps.find(({ folder }) => folder === '/out/argocd')?.objects ?? [];
    expect(applications.map(({ metadata, spec }) => [metadata.name, (spec as { source: { path: string } }).source.path])).toEqual([
      ['shop-prod', 'dist/prod'],
      ['shop-stage', 'dist/stage'],
    ]);
  });

  test('is not there without such an environment, and no stack holds an Application', () => {
    expect(composed({ dev: {} }).map(({ folder }) => folder)).toEqual(['/out/dev']);
    const apps = composed({ prod: { argocd: ARGOCD } }).filter(({ folder }) => folder !== '/out/argocd');
    expect(apps.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'Application')).toEqual([]);
  });
});

import { App } from 'cdk8s';
import { Base } from '../../constructs/base';
import { manifests } from '../../constructs/manifests';
import { config, render, Rendered } from '../support/stack';

const MEDIA = { storage: '5Gi', path: '/app/media' };

function base(changes: object = {}): Rendered {
  const app = new App();
  new Base(app, 'base', config(changes));
  return new Rendered(manifests(app));
}

describe('Base', () => {
  test('holds what must outlive the stack, and nothing else', () => {
    expect(base({ django: { media: MEDIA } }).objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace shop-test',
      'PersistentVolumeClaim data-shop-postgres-0',
      'PersistentVolumeClaim shop-backup',
      'PersistentVolumeClaim shop-media',
    ]);
  });

  test('there is no claim for uploaded files in a project that has none', () => {
    expect(base().names('PersistentVolumeClaim')).toEqual(['data-shop-postgres-0', 'shop-backup']);
  });

  test('is not written a second time into the stack', () => {
    const rendered = render({ django: { media: MEDIA } });
    expect(rendered.names('PersistentVolumeClaim')).toEqual(['data-shop-postgres-0', 'shop-backup', 'shop-media']);
    expect(rendered.names('Namespace')).toEqual(['shop-test']);
  });

  test('the namespace takes pods without rights only', () => {
    expect(base().find('Namespace', 'shop-test').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/instance': 'shop',
    });
  });

  test('the namespace is the one that the file names', () => {
    expect(base({ namespace: 'web-shop' }).names('Namespace')).toEqual(['web-shop']);
  });

  test('the database gets a volume of the size and class that the file asks for', () => {
    const spec = (postgres: object) => base({ postgres }).find('PersistentVolumeClaim', 'data-shop-postgres-0').spec;
    expect(spec({ storage: '20Gi' })).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } });
    expect(spec({ storage: '20Gi', storageClass: 'fast' })).toHaveProperty('storageClassName', 'fast');
  });

  test('dumps get a volume of the size and class that the file asks for', () => {
    expect(base().find('PersistentVolumeClaim', 'shop-backup').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '10Gi' } },
    });
    expect(base({ backup: { storage: '50Gi', storageClass: 'archive' } }).find('PersistentVolumeClaim', 'shop-backup').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'archive',
      resources: { requests: { storage: '50Gi' } },
    });
  });

  test('dumps get room for a copy of all uploaded files on top, unless the file says how much', () => {
    const room = (backup: object) => base({ django: { media: MEDIA }, backup }).find('PersistentVolumeClaim', 'shop-backup').spec;
    expect(room({})).toHaveProperty('resources.requests.storage', '15Gi');
    expect(room({ storage: '7Gi' })).toHaveProperty('resources.requests.storage', '7Gi');
  });

  test('uploaded files get a volume of the size, class and access mode that the file asks for', () => {
    const spec = (changes: object) => base(changes).find('PersistentVolumeClaim', 'shop-media').spec;
    expect(spec({ django: { media: MEDIA } })).toEqual({ accessModes: ['ReadWriteMany'], resources: { requests: { storage: '5Gi' } } });
    expect(
      spec({
        gunicorn: { replicas: 1 },
        nginx: { replicas: 1 },
        django: { media: { ...MEDIA, accessMode: 'ReadWriteOnce', storageClass: 'fast' } },
      }),
    ).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Gi' } },
    });
  });

  test('a new image changes nothing in it', () => {
    expect(base({ image: 'shop:2.0.0', postgres: { image: 'postgres:18.2' } }).objects).toEqual(base().objects);
  });

  test('Argo CD never removes any of it, and is not out of sync for what is gone from Git', () => {
    for (const { metadata } of base({ django: { media: MEDIA } }).objects) {
      expect(metadata.annotations).toMatchObject({
        'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
        'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
      });
    }
  });
});

import { container, podSpec, variables, volume } from '../support/pods';
import { config, render } from '../support/stack';

const MANY = { django: { media: { storage: '5Gi', path: '/app/media' } } };
const ONE = {
  gunicorn: { replicas: 1 },
  nginx: { replicas: 1 },
  django: { media: { storage: '5Gi', path: '/app/media', accessMode: 'ReadWriteOnce' } },
};
const rolling = (maxSurge: number, maxUnavailable: number) => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } });

describe.each([
  ['ReadWriteMany', MANY],
  ['ReadWriteOnce', ONE],
])('uploaded files, %s', (_mode, changes) => {
  test('Django writes them where the file says', () => {
    const gunicorn = render(changes).find('Deployment', 'shop-gunicorn');
    expect(volume(gunicorn, 'media').persistentVolumeClaim).toEqual({ claimName: 'shop-media' });
    expect(container(gunicorn, 'gunicorn').volumeMounts).toContainEqual({ name: 'media', mountPath: '/app/media' });
  });

  test('Nginx reads them, and cannot change them', () => {
    const nginx = render(changes).find('Deployment', 'shop-nginx');
    expect(volume(nginx, 'media').persistentVolumeClaim).toEqual({ claimName: 'shop-media' });
    expect(container(nginx, 'nginx').volumeMounts).toContainEqual({ name: 'media', mountPath: '/srv/media', readOnly: true });
  });

  test('the scheduled backup reads them where its program looks, and cannot change them', () => {
    const backup = render(changes).find('CronJob', 'shop-backup');
    expect(volume(backup, 'media').persistentVolumeClaim).toEqual({ claimName: 'shop-media' });
    const one = container(backup, 'backup');
    expect(one.volumeMounts).toContainEqual({ name: 'media', mountPath: variables(one).MEDIA_DIRECTORY, readOnly: true });
  });

  test('no other container sees them', () => {
    const rendered = render(changes);
    expect(container(rendered.find('Deployment', 'shop-gunicorn'), 'migrated').volumeMounts?.map(({ name }) => name)).not.toContain(
      'media',
    );
    for (const [kind, name] of [
      ['Job', 'shop-migrate'],
      ['CronJob', 'shop-drill'],
    ] as const) {
      expect(podSpec(rendered.find(kind, name)).volumes?.map((one) => one.name)).not.toContain('media');
    }
    expect(variables(container(rendered.find('Job', 'shop-migrate'), 'backup'))).not.toHaveProperty('MEDIA_DIRECTORY');
  });

  test('the volume is opened to the pods by its group, without a walk over all files at each start', () => {
    for (const name of ['shop-gunicorn', 'shop-nginx']) {
      expect(podSpec(render(changes).find('Deployment', name)).securityContext).toMatchObject({
        fsGroup: 10001,
        fsGroupChangePolicy: 'OnRootMismatch',
      });
    }
  });
});

describe('a volume that many nodes mount', () => {
  test('releases leave no gap', () => {
    const rendered = render(MANY);
    for (const name of ['shop-gunicorn', 'shop-nginx'])
      expect(rendered.find('Deployment', name)).toHaveProperty('spec.strategy', rolling(1, 0));
  });
});

describe('a volume that one node mounts', () => {
  test('a new pod starts after the old one has let go of it', () => {
    for (const name of ['shop-gunicorn', 'shop-nginx'])
      expect(render(ONE).find('Deployment', name)).toHaveProperty('spec.strategy', rolling(0, 1));
  });

  test('fails with more than one pod of either', () => {
    expect(() => config({ ...ONE, gunicorn: { replicas: 2 } })).toThrow(
      'django.media.accessMode: must be ReadWriteMany with 2 replicas of Gunicorn and 1 of Nginx',
    );
    expect(() => config({ ...ONE, gunicorn: { replicas: { min: 1, max: 2 } } })).toThrow('django.media.accessMode');
    expect(() => config({ ...ONE, nginx: { replicas: 2 } })).toThrow('django.media.accessMode');
  });
});

test('a project without uploaded files has no volume for them', () => {
  for (const name of ['shop-gunicorn', 'shop-nginx']) {
    expect(podSpec(render().find('Deployment', name)).volumes?.map((one) => one.name)).not.toContain('media');
  }
  const backup = render().find('CronJob', 'shop-backup');
  expect(podSpec(backup).volumes?.map((one) => one.name)).not.toContain('media');
  expect(variables(container(backup, 'backup'))).not.toHaveProperty('MEDIA_DIRECTORY');
});

import { isDeepStrictEqual } from 'node:util';
import { nameBeforeHash } from '../../constructs/content-name';
import { containers, isWorkload, podSpec } from '../support/pods';
import { render } from '../support/stack';

const pods = (changes: object = {}) => render(changes).objects.filter(isWorkload);
const images = (changes: object) =>
  Object.fromEntries(pods(changes).map((object) => [nameBeforeHash(object.metadata.name), containers(object).map(({ image }) => image)]));

describe('images', () => {
  test("each component runs its own, and roles are made, dumps made and restored, by the server's", () => {
    expect(images({ image: 'shop:1.4.2', nginx: { image: 'web:1.31.0' }, postgres: { image: 'db:18.1' } })).toEqual({
      'shop-postgres': ['db:18.1', 'db:18.1', 'db:18.1'],
      'shop-migrate': ['db:18.1', 'shop:1.4.2', 'db:18.1', 'shop:1.4.2'],
      'shop-gunicorn': ['shop:1.4.2', 'shop:1.4.2'],
      'shop-nginx': ['web:1.31.0'],
      'shop-backup': ['db:18.1'],
      'shop-drill': ['db:18.1'],
    });
  });

  test('without being told they are the official ones of pinned versions', () => {
    expect(images({ postgres: { version: 16 } })).toMatchObject({
      'shop-postgres': Array(3).fill('docker.io/library/postgres:16'),
      'shop-backup': ['docker.io/library/postgres:16'],
      'shop-nginx': [expect.stringMatching(/^docker\.io\/nginxinc\/nginx-unprivileged:\d+\.\d+\.\d+$/)],
    });
  });

  test.each(['Always', 'IfNotPresent'])('all are pulled as the file says: %s', (imagePullPolicy) => {
    expect(
      new Set(
        pods({ imagePullPolicy })
          .flatMap(containers)
          .map((one) => one.imagePullPolicy),
      ),
    ).toEqual(new Set([imagePullPolicy]));
  });

  test('every pod may pull from a private registry', () => {
    for (const object of pods({ imagePullSecrets: ['registry', 'mirror'] })) {
      expect(podSpec(object).imagePullSecrets).toEqual([{ name: 'registry' }, { name: 'mirror' }]);
    }
    for (const object of pods()) expect(podSpec(object)).not.toHaveProperty('imagePullSecrets');
  });
});

describe('resources', () => {
  const RESOURCES = {
    requests: { cpu: '0.3', memory: '301Mi', 'ephemeral-storage': '302Mi' },
    limits: { cpu: 3, memory: '3Gi', 'ephemeral-storage': '4Gi' },
  };
  const WRITTEN = { requests: { ...RESOURCES.requests, cpu: '300m' }, limits: { ...RESOURCES.limits, cpu: '3' } };

  test.each([
    ['gunicorn', ['shop-gunicorn migrated', 'shop-gunicorn gunicorn']],
    ['nginx', ['shop-nginx nginx']],
    ['postgres', ['shop-postgres same-major', 'shop-postgres postgres']],
    ['migrate', ['shop-migrate roles', 'shop-migrate pending', 'shop-migrate migrate']],
    ['backup', ['shop-migrate backup', 'shop-backup backup']],
    ['drill', ['shop-drill drill']],
  ])('%s.resources reach these containers and no other: %j', (section, names) => {
    const reached = pods({ [section]: { resources: RESOURCES } }).flatMap((object) =>
      containers(object)
        .filter(({ resources }) => isDeepStrictEqual(resources, WRITTEN))
        .map(({ name }) => `${nameBeforeHash(object.metadata.name)} ${name}`),
    );
    expect(reached).toEqual(names);
  });

  test('every container asks for and is limited in CPU, memory and disk', () => {
    for (const { resources } of pods().flatMap(containers)) {
      expect(Object.keys(resources.requests).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
      expect(Object.keys(resources.limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    }
  });
});

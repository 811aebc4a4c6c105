/** Groups of Gunicorn's pods: what a file may say of them, and what follows from it. */
import { stringify } from 'yaml';
import { applicationConnections, withImage } from '../../config/resolve';
import { gunicornWarnings } from '../../config/rules/gunicorn';
import { merge } from '../../constructs/finish';
import { config, problems, SMALLEST } from '../support/stack';

const GROUP = { name: 'inference', paths: ['/predict/'] };
const grouped = (...groups: object[]) => ({ gunicorn: { groups } });
const said = (changes: object) => problems(stringify(merge(SMALLEST, changes))).map((line) => line.replace(/^\S+ /, ''));

test.each([
  grouped(GROUP),
  grouped({ ...GROUP, paths: ['/predict', '/v1/embed.json'] }, { name: '2', paths: ['/predict/batch/'] }),
  grouped({ ...GROUP, name: 'a'.repeat(38) }),
  grouped({ ...GROUP, image: 'registry.example.com/team/cuda:1', queue: 0 }),
  { ...grouped({ ...GROUP, timeout: '10m' }), nginx: { timeouts: { response: '10m' } } },
  { ...grouped({ ...GROUP, paths: ['/app/'] }), nginx: { static: { claim: 'files', url: '/app/static/' } } },
])('is taken: %j', (changes) => {
  expect(said(changes)).toEqual([]);
});

test.each([
  [{ ...GROUP, name: 'GPU' }, 'name: must be a DNS label: at most 63 lower-case letters'],
  [{ ...GROUP, name: 'a'.repeat(39) }, 'name: must have at most 38 characters, so that shop-gunicorn-'],
  [{ ...GROUP, name: 'deadbeef' }, 'name: must not end like a hash'],
  [{ ...GROUP, paths: [] }, 'paths: must name at least one path'],
  [{ ...GROUP, paths: ['/'] }, 'paths[0]: must lie below /, which the pods of `gunicorn` itself answer, got "/"'],
  [{ ...GROUP, paths: ['predict/'] }, 'paths[0]: must be a path such as /api/ or /reports/export, got "predict/"'],
  [{ ...GROUP, paths: ['/a', '/a'] }, 'paths[1]: stands already at gunicorn.groups[0].paths[0] (/a): one group answers it'],
  [{ ...GROUP, image: 'cuda:latest' }, 'image: must be an image with a tag other than "latest"'],
  [{ ...GROUP, gpu: { count: 0.5 } }, 'gpu.count: must be a whole number from 0 to 16, got 0.5'],
  [{ ...GROUP, queue: -1 }, 'queue: must be a whole number from 0 to 10000, got -1'],
  [{ ...GROUP, path: '/b/' }, 'path: is not a setting; did you mean "paths"?'],
  [{ ...GROUP, pool: 4 }, 'pool: needs django.interface: asgi, got 4: with wsgi each of gunicorn.groups[0].threads has a connection'],
])('is refused: %j', (group, line) => {
  expect(said(grouped(group))).toEqual([expect.stringContaining(`gunicorn.groups[0].${line}`)]);
});

test('two groups have two names, and no path in common', () => {
  expect(said(grouped(GROUP, { ...GROUP, paths: ['/embed/'] }))).toEqual([
    'gunicorn.groups[1].name: must be another than that of gunicorn.groups[0], got inference',
  ]);
  expect(said(grouped(GROUP, { name: 'batch', paths: ['/embed/', '/predict/'] }))).toEqual([
    'gunicorn.groups[1].paths[1]: stands already at gunicorn.groups[0].paths[0] (/predict/): one group answers it',
  ]);
});

test.each([
  [{ nginx: { static: { claim: 'files', url: '/predict/' } } }, 'nginx.static.url (/predict/)'],
  [{ django: { media: { storage: '1Gi', path: '/app/media', url: '/predict/' } } }, 'django.media.url (/predict/)'],
])('a path of files is no path of a group: %j', (changes, setting) => {
  expect(said({ ...grouped({ ...GROUP, paths: ['/predict/cats/'] }), ...changes })).toEqual([
    `gunicorn.groups[0].paths[0]: must not lie below ${setting}, where files are served without Django, got /predict/cats/`,
  ]);
});

test('what follows from a GPU follows in a group from its own', () => {
  const { gunicorn } = config(grouped({ ...GROUP, gpu: { count: 2 } }, { name: 'slow', paths: ['/slow/'], threads: 2 }));
  expect(gunicorn).toMatchObject({ surge: 1, workers: 2, maxRequests: 20_000 });
  expect(gunicorn.groups).toMatchObject([
    { surge: 0, workers: 2, threads: 4, maxRequests: 0, image: SMALLEST.image, replicas: { min: 2, max: 2 } },
    { surge: 1, workers: 2, threads: 2, maxRequests: 20_000 },
  ]);
});

test('connections to the database are counted over all pods, and the sum is said', () => {
  const changes = grouped({ ...GROUP, replicas: { min: 1, max: 20 }, workers: 1, gpu: { count: 1 } });
  expect(said(changes)).toEqual([
    'postgres.maxConnections: must be at least 112, got 100: (2 replicas + 1 in a release) × 2 workers × 4 threads of Gunicorn + ' +
      '(20 replicas + 0 in a release) × 1 workers × 4 threads of its group inference, and 8 for jobs and operators',
  ]);
  expect(applicationConnections(config({ ...changes, postgres: { maxConnections: 112 } }))).toBe(3 * 2 * 4 + 20 * 4);
});

test('a path of a group is a location where the same holds as where it lies, with the time that the group takes', () => {
  const access = { basicAuth: { realm: 'Partners' } };
  const locations = [
    { path: '/api/', access, uploadLimit: '1Mi' },
    { path: '/api/embed/now', match: 'exact', timeout: '7s' },
  ];
  const groups = [{ name: 'inference', paths: ['/api/embed/', '/predict/'], timeout: '5m' }];
  const { nginx } = config({ gunicorn: { groups }, nginx: { locations } });
  const found = nginx.locations.map(({ path, match, upstream, timeout, ...one }) => [
    path,
    match,
    upstream,
    timeout,
    one.access?.basicAuth?.realm,
  ]);
  expect(found).toEqual([
    ['/api/', 'prefix', 'gunicorn', 65, 'Partners'],
    ['/api/embed/now', 'exact', 'gunicorn-inference', 7, undefined],
    ['/', 'prefix', 'gunicorn', 65, undefined],
    ['/api/embed/', 'prefix', 'gunicorn-inference', 305, 'Partners'],
    ['/predict/', 'prefix', 'gunicorn-inference', 305, undefined],
  ]);
  expect(nginx.locations[3]?.uploadLimit).toBe(1024 ** 2);
});

test('the front waits for the slowest pods of all', () => {
  expect(said({ ...grouped({ ...GROUP, timeout: '5m' }), nginx: { timeouts: { response: '2m' } } })).toEqual([
    'nginx.timeouts.response: must not be below gunicorn.groups[0].timeout (300s), got 120s',
  ]);
});

test('a volume that one node mounts allows one pod of each', () => {
  const media = { storage: '1Gi', path: '/app/media', accessMode: 'ReadWriteOnce' };
  const file = (replicas: number) => ({
    django: { media },
    nginx: { replicas: 1 },
    gunicorn: { replicas: 1, groups: [{ ...GROUP, replicas }] },
  });
  expect(said(file(1))).toEqual([]);
  expect(said(file(2))).toEqual([
    'django.media.accessMode: must be ReadWriteMany with 2 replicas of its group inference and 1 of Nginx: ReadWriteOnce allows one of each',
  ]);
});

test('a group that a release stops is warned of by its own name', () => {
  const warned = gunicornWarnings(config(grouped(GROUP, { name: 'gpu', paths: ['/gpu/'], replicas: 1, gpu: { count: 1 } })));
  expect(warned).toEqual([
    {
      path: ['gunicorn', 'groups', 1, 'replicas'],
      message:
        'is 1, and a release cannot start a second pod beside it (gunicorn.groups[1].gpu.spare is false): ' +
        'its paths are down while a release migrates and starts',
    },
  ]);
});

test('another image of the application is that of every group that names none', () => {
  const cuda = { name: 'cuda', paths: ['/embed/'], image: 'registry.example.com/team/cuda:1' };
  const { image, gunicorn } = withImage(config(grouped(GROUP, cuda)), 'registry.example.com/team/shop:2');
  expect([image, gunicorn.image, ...gunicorn.groups.map((group) => group.image)]).toEqual([
    ...Array<string>(3).fill('registry.example.com/team/shop:2'),
    cuda.image,
  ]);
});

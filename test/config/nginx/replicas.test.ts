import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const said = (changes: object) => problems(stringify(merge(SMALLEST, changes))).map((line) => line.replace(/^\S+ /, ''));
const nginx = (settings: object) => said({ nginx: settings });

describe('pods of Nginx', () => {
  test.each([1, 100, { min: 1, max: 1 }, { min: 2, max: 10, cpu: 50 }])('are taken: %j', (replicas) => {
    expect(nginx({ replicas })).toEqual([]);
  });

  test.each([
    [0, 'replicas: must be a whole number from 1 to 100, got 0'],
    [1.5, 'replicas: must be a whole number from 1 to 100, or a group of min and max, got 1.5'],
    [{ min: 3, max: 2 }, 'replicas.min: must not be above max'],
    [{ min: 1 }, 'replicas.max: is missing: must be a whole number from 1 to 100'],
    [{ min: 1, max: 2, cpu: 0 }, 'replicas.cpu: must be a whole number of per cent from 1 to 100, got 0'],
  ])('are refused: %j', (replicas, sentence) => {
    expect(nginx({ replicas })).toEqual([`nginx.${sentence}`]);
  });

  test('are one where one node alone mounts uploaded files', () => {
    const one = (replicas: unknown) => ({
      django: { media: { storage: '1Gi', path: '/m', accessMode: 'ReadWriteOnce' } },
      gunicorn: { replicas: 1 },
      nginx: { replicas },
    });
    expect(said(one(1))).toEqual([]);
    expect(said(one({ min: 1, max: 1 }))).toEqual([]);
    expect(said(one({ min: 1, max: 3 }))).toEqual([
      'django.media.accessMode: must be ReadWriteMany with 1 replicas of Gunicorn and 3 of Nginx: ReadWriteOnce allows one of each',
    ]);
  });
});

describe('the memory of Nginx', () => {
  const limits = (memory: string, cpu = '1', more: object = {}) =>
    nginx({ resources: { requests: { cpu: '100m', memory: '32Mi' }, limits: { memory, cpu } }, ...more });
  const MEMORY = 'nginx.resources.limits.memory: must be at least';

  test.each([
    ['96Mi', '1'],
    ['96Mi', '250m'],
    ['128Mi', '1500m'],
    ['320Mi', '8'],
  ])('suffices for its processes: %s with %s CPU', (memory, cpu) => {
    expect(limits(memory, cpu)).toEqual([]);
  });

  test.each([
    ['95Mi', '1', `${MEMORY} 96Mi for 1 process of Nginx (one for each CPU of nginx.resources.limits.cpu), got 95Mi`],
    ['32Mi', '1', `${MEMORY} 96Mi for 1 process of Nginx (one for each CPU of nginx.resources.limits.cpu), got 32Mi`],
    ['319Mi', '8', `${MEMORY} 320Mi for 8 processes of Nginx (one for each CPU of nginx.resources.limits.cpu), got 319Mi`],
  ])('does not: %s with %s CPU', (memory, cpu, sentence) => {
    expect(limits(memory, cpu)).toEqual([sentence]);
  });

  test('has room beside what the cache takes of it', () => {
    const cache = { cache: { valid: { '200': '1m' } }, cacheStore: { storage: 'disk' } };
    expect(limits('106Mi', '1', cache)).toEqual([]);
    expect(limits('105Mi', '1', cache)).toEqual([
      `${MEMORY} 106Mi for 1 process of Nginx (one for each CPU of nginx.resources.limits.cpu) and its cache, got 105Mi`,
    ]);
  });

  test('that the cache alone exceeds is one problem, of the cache', () => {
    expect(limits('64Mi', '1', { cache: { valid: { '200': '1m' } } })).toEqual([expect.stringMatching(/^nginx\.cacheStore\.size: /)]);
  });
});

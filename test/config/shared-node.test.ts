/** What a file may ask of the one node that mounts the uploaded files. */
import { stringify } from 'yaml';
import { sharedNodeWarnings } from '../../config/rules/shared-node';
import { merge } from '../../constructs/finish';
import { config, problems, SMALLEST } from '../support/stack';

const uploads = (accessMode: string) => ({ media: { storage: '1Gi', path: '/app/media', accessMode } });
const file = (gunicorn: object, group: object = {}, accessMode = 'ReadWriteOnce') => ({
  django: uploads(accessMode),
  nginx: { replicas: 1 },
  gunicorn: { replicas: 1, ...gunicorn, groups: [{ name: 'predict', paths: ['/predict/'], replicas: 1, ...group }] },
});
const labelled = (nodeSelector: object) => ({ nodeSelector });

describe('labels', () => {
  const said = (...of: Parameters<typeof file>) =>
    problems(stringify(merge(SMALLEST, file(...of)))).map((line) => line.replace(/^\S+ /, ''));

  test.each([
    [labelled({ pool: 'web' }), {}],
    [labelled({ pool: 'web' }), labelled({ pool: 'web', disk: 'ssd' })],
    [{}, labelled({ pool: 'gpu' })],
  ])('that one node can have are taken: %j, %j', (site, group) => {
    expect(said(site, group)).toEqual([]);
  });

  test('that no node has together are refused where all pods share one', () => {
    expect(said(labelled({ pool: 'web' }), labelled({ pool: 'gpu' }))).toEqual([
      'gunicorn.groups[0].nodeSelector.pool: must be web as gunicorn.nodeSelector.pool is, got gpu: ' +
        'django.media is ReadWriteOnce, so all pods that mount it share a node',
    ]);
    expect(said(labelled({ pool: 'web' }), labelled({ pool: 'gpu' }), 'ReadWriteMany')).toEqual([]);
  });
});

describe('a GPU', () => {
  const gpu = { count: 1, spare: true };
  const warned = (...of: Parameters<typeof file>) => sharedNodeWarnings(config(file(...of))).map(({ path }) => path);

  test('on a node that another pod may choose is warned of', () => {
    expect(sharedNodeWarnings(config(file({ gpu })))).toEqual([
      {
        path: ['gunicorn', 'nodeSelector'],
        message:
          'is empty, but django.media is ReadWriteOnce, so all pods that mount it share a node, and the first may choose one without GPUs: ' +
          'name a label of the nodes with GPUs, unless all have them',
      },
    ]);
    expect(warned({}, { gpu })).toEqual([['gunicorn', 'groups', 0, 'nodeSelector']]);
  });

  test.each<[string, Parameters<typeof file>]>([
    ['many nodes mount the files', [{ gpu }, {}, 'ReadWriteMany']],
    ['no pod has one', [{}]],
    ['a label is named', [{ gpu, nodeSelector: { pool: 'gpu' } }]],
    ['the group names it', [{ gpu }, { nodeSelector: { pool: 'gpu' } }]],
    ['a label is required', [{ gpu, nodeAffinity: { required: [{ key: 'pool', operator: 'Exists' }] } }]],
    ['a product is named', [{ gpu: { ...gpu, products: ['NVIDIA-L4'] } }]],
    ['the memory is named', [{ gpu: { ...gpu, memory: '20Gi' } }]],
  ])('is not where %s', (_, of) => {
    expect(warned(...of)).toEqual([]);
  });
});

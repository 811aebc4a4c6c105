import { App } from 'cdk8s';
import type { Config } from '../../config/resolve';
import { manifests, type Manifest } from '../../constructs/manifests';
import { mediaOf } from '../../constructs/media';
import type { Source } from '../../constructs/restore/database-job';
import type { BackupSource } from '../../constructs/restore/job';
import { Restore } from '../../constructs/restore/restore';
import { RestoreMedia } from '../../constructs/restore/restore-media';
import { Swap } from '../../constructs/restore/swap';
import type { k8s } from '../../imports';
import { follows, requiredTerms } from '../support/affinity';
import { isWorkload, template, type PodTemplate } from '../support/pods';
import { PUBLIC_KEY } from '../support/public-key';
import { config, render } from '../support/stack';

const OFFSITE = { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY, drill: { secretName: 'reader' } };
const media = (accessMode: string) => ({
  gunicorn: { replicas: 1, groups: [{ name: 'api', paths: ['/api/'], replicas: 1 }] },
  nginx: { replicas: 1 },
  django: { media: { storage: '5Gi', path: '/app/media', accessMode } },
});
const WITHOUT = {};
const MANY = media('ReadWriteMany');
const ONE = media('ReadWriteOnce');

type Pods = Readonly<Record<string, PodTemplate>>;

/** Pods that `npm run restore` makes, by the name of their Job. */
function restores(resolved: Config, source: Source & BackupSource): Pods {
  const app = new App();
  const props = { config: resolved, source, restored: 'shop_restored', aside: 'shop_before_20261123_120000' };
  new Restore(app, 'restore', props);
  new Swap(app, 'swap', props);
  const uploads = mediaOf(resolved);
  if (uploads) new RestoreMedia(app, 'restore-media', { config: resolved, media: uploads, source });
  return byName(manifests(app));
}

const byName = (objects: readonly Manifest[]): Pods =>
  Object.fromEntries(
    objects.filter(isWorkload).map((object) => [object.metadata.name.replace(/^[a-z]+-|-[0-9a-f]{8}$/g, ''), template(object)]),
  );

/** Those of a release, and of all restores of it. */
function podsOf(changes: object): Pods {
  const all = { ...changes, offsite: OFFSITE };
  const copies = Object.entries(restores(config(all), { kind: 'copy' })).map(([name, pod]) => [`${name} of a copy`, pod] as const);
  return { ...byName(render(all).objects), ...restores(config(all), { kind: 'backup' }), ...Object.fromEntries(copies) };
}

function podOf(pods: Pods, name: string): PodTemplate {
  const found = pods[name];
  if (!found) throw new Error(`there is no pod of ${name}`);
  return found;
}

/** Names of the pods that this one goes to, those of its own kind among them. */
const goesTo = (pods: Pods, name: string) =>
  Object.entries(pods).flatMap(([other, pod]) => (follows(podOf(pods, name), pod) ? [other] : []));

const OF_BACKUPS = ['migrate', 'backup', 'drill', 'offsite', 'restore'];
const BESIDE = ['postgres', 'offsite-drill', 'swap', 'restore of a copy', 'swap of a copy'];
const OF_MEDIA = ['gunicorn', 'gunicorn-api', 'nginx', 'restore-media of a copy'];

describe.each([
  ['no uploaded files', WITHOUT, OF_BACKUPS, [...BESIDE, 'gunicorn', 'nginx']],
  ['uploaded files that many nodes mount', MANY, [...OF_BACKUPS, 'restore-media'], [...BESIDE, ...OF_MEDIA]],
  ['uploaded files that one node mounts', ONE, [...OF_BACKUPS, 'restore-media', ...OF_MEDIA], BESIDE],
])('with %s', (_what, changes, sharing, free) => {
  const pods = podsOf(changes);

  test('these and no others are the pods', () => {
    expect(Object.keys(pods).sort()).toEqual([...sharing, ...free].sort());
  });

  test.each(sharing)('%s goes to the node of each pod that mounts what it mounts, and is the first anywhere', (name) => {
    expect(goesTo(pods, name).sort()).toEqual([...sharing].sort());
    expect(requiredTerms(podOf(pods, name))).toHaveLength(1);
  });

  test.each(free)('%s goes where it likes', (name) => {
    expect(requiredTerms(podOf(pods, name))).toEqual([]);
  });

  test('pods of another release are not waited for', () => {
    const other = podsOf({ ...changes, release: 'blog' });
    for (const name of sharing) for (const one of Object.values(other)) expect(follows(podOf(pods, name), one)).toBe(false);
  });
});

/** What a pod says of the labels and taints of its node. */
const asked = ({ spec: { nodeSelector, tolerations, affinity } }: PodTemplate) => ({
  nodeSelector,
  tolerations,
  required: (affinity as k8s.Affinity | undefined)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
});

describe('what pods of Gunicorn ask of their node', () => {
  const required = [{ key: 'example.com/pool', operator: 'Exists' }];
  const preferred = [{ key: 'example.com/spot', operator: 'Exists', weight: 1 }];
  const taint = { key: 'example.com/team', operator: 'Exists' };
  const asking = {
    nodeSelector: { disk: 'ssd' },
    nodeAffinity: { required, preferred },
    tolerations: [taint],
    gpu: { count: 1, memory: '20Gi' },
  };
  const group = { name: 'api', paths: ['/api/'], replicas: 1, nodeSelector: { zone: 'a' }, tolerations: [taint] };
  const file = (accessMode: string) => ({ ...media(accessMode), gunicorn: { replicas: 1, ...asking, groups: [group] } });

  test('all ask that share it: each of them may be the first there', () => {
    const pods = podsOf(file('ReadWriteOnce'));
    for (const name of [...OF_BACKUPS, 'restore-media', ...OF_MEDIA])
      expect([name, asked(podOf(pods, name))]).toEqual([
        name,
        {
          nodeSelector: { disk: 'ssd', zone: 'a' },
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }, taint],
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['20479'] }, ...required] }],
          },
        },
      ]);
  });

  test('no others ask, nor anybody where each goes where it likes', () => {
    const [one, many] = [podsOf(file('ReadWriteOnce')), podsOf(file('ReadWriteMany'))];
    const free = [...BESIDE.map((name) => podOf(one, name)), ...[...OF_BACKUPS, 'restore-media', 'nginx'].map((name) => podOf(many, name))];
    for (const pod of free) expect(asked(pod)).toEqual({});
    expect(asked(podOf(many, 'gunicorn-api')).nodeSelector).toEqual({ zone: 'a' });
  });

  test('they keep what else the file says of it', () => {
    expect(podOf(podsOf(file('ReadWriteOnce')), 'gunicorn').spec.affinity).toMatchObject({
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100 }] },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] },
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] },
    });
  });
});

/** What can cost data, now or later. */
import { bytes } from '../../config/quantity';
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Difference } from '../diff';
import { at, componentOf, inPods } from '../objects';
import type { Rule, Whole } from '../rule';
import { fieldsFromTo, fromTo, listed, value } from '../words';

const size = (of: unknown) => (typeof of === 'string' ? bytes(of) : undefined);
const smaller = ({ before, after }: Difference) => {
  const [old, now] = [size(before), size(after)];
  return old !== undefined && (now === undefined || now < old);
};

/** The major in the tag of an image such as `docker.io/library/postgres:18.6@sha256:…`. */
const major = (image: unknown) => (typeof image === 'string' ? /:(\d+)[^/]*$/.exec(image.split('@')[0] ?? '')?.[1] : undefined);

/** Kinds whose objects hold data, and what deleting one takes along. */
const HOLDING: Readonly<Record<string, string>> = {
  Namespace: 'everything in it, with its volumes',
  PersistentVolumeClaim: 'what is on its volume',
  StatefulSet: 'its pods; their volumes stay, until their claims are deleted too',
  Cluster: 'the database, with its volumes',
};

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
const PROTECTED = /\bPrune=(false|confirm)\b/;
const protects = (options: unknown) => typeof options === 'string' && PROTECTED.test(options);

/** Variables that say which database the application uses. */
const DATABASE = ['POSTGRES_HOST', 'POSTGRES_DB'];
const isPooler = ({ before, after }: Whole, host: unknown) =>
  [...before, ...after].some(({ metadata }) => metadata.name === host && metadata.labels?.[COMPONENT_LABEL] === 'pooler');

/** Components that copy data away. */
const COPYING = ['backup', 'offsite'];
const COPIES = 'no copy is made any more, and what changes from now on is lost with the volume';

export const DATA_LOSS: readonly Rule[] = [
  {
    class: 'data-loss',
    kinds: Object.keys(HOLDING),
    fields: [],
    of: ['went'],
    says: (_differences, { kind, before }) => {
      const kept = protects(before?.metadata.annotations?.[SYNC_OPTIONS]);
      const stays = kept ? 'Argo CD and a plain apply leave it' : 'a plain apply leaves it, Argo CD with pruning deletes it';
      return `is no longer in the manifests: ${stays}. Deleting it deletes ${HOLDING[kind] ?? ''}`;
    },
  },
  {
    class: 'data-loss',
    kinds: Object.keys(HOLDING),
    fields: ['metadata.annotations.*'],
    when: `${SYNC_OPTIONS} that no longer protects from pruning`,
    holds: ({ path, before, after }) => path.at(-1) === SYNC_OPTIONS && protects(before) && !protects(after),
    says: (_differences, { kind }) => `Argo CD may prune it from now on, and with it ${HOLDING[kind] ?? ''}`,
  },
  {
    class: 'data-loss',
    kinds: ['PersistentVolumeClaim', 'StatefulSet', 'Cluster'],
    fields: [
      'spec.resources.requests.storage',
      'spec.volumeClaimTemplates.*.spec.resources.requests.storage',
      'spec.storage.size',
      'spec.walStorage.size',
    ],
    when: 'smaller',
    holds: smaller,
    says: ([difference]) =>
      `a volume cannot shrink (${difference ? fromTo(difference) : ''}): the API refuses it. Less room takes a new claim and a move of the data`,
  },
  {
    class: 'data-loss',
    kinds: ['StatefulSet', 'Cluster'],
    fields: ['spec.template.spec.containers.postgres.image', 'spec.imageName'],
    when: 'another major of Postgres',
    holds: ({ before, after }) => major(before) !== major(after),
    says: ([difference]) =>
      `another major of Postgres (${value(major(difference?.before))} → ${value(major(difference?.after))}) does not open the volume of the one before: move the data into a new volume`,
  },
  {
    class: 'data-loss',
    kinds: ['Deployment'],
    fields: ['spec.template.spec.containers.*.env.*.value'],
    when: `${listed(DATABASE)}, unless to or from its pooler`,
    holds: ({ path, before, after }, _change, whole) =>
      DATABASE.includes(path.at(-2) ?? '') && !isPooler(whole, before) && !isPooler(whole, after),
    says: (differences) =>
      `uses another database (${fieldsFromTo(differences)}): rows of the one before are not in it until they are moved`,
  },
  {
    class: 'data-loss',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'],
    fields: inPods('volumes.*.persistentVolumeClaim.claimName'),
    when: 'another claim, or none, for a volume that stays',
    holds: ({ before, within = [] }) => before !== undefined && within.at(-2) !== 'volumes',
    says: (differences) =>
      `its pods see another volume (${differences.map((one) => `${one.path.at(-3)}: ${fromTo(one)}`).join(', ')}): what is on the one before is not on it until it is copied`,
  },
  {
    class: 'data-loss',
    kinds: ['StatefulSet'],
    fields: ['spec.persistentVolumeClaimRetentionPolicy.*'],
    when: 'Delete',
    holds: ({ after }) => after === 'Delete',
    says: ([difference]) => `its claims are deleted with it, or with pods that it no longer wants (${difference?.path.at(-1)}: Delete)`,
  },
  {
    class: 'data-loss',
    kinds: ['CronJob', 'ScheduledBackup'],
    fields: [],
    of: ['went'],
    when: 'of backups or of their copies off the cluster',
    holds: (_difference, change) => change.kind === 'ScheduledBackup' || COPYING.includes(componentOf(change) ?? ''),
    says: () => COPIES,
  },
  {
    class: 'data-loss',
    kinds: ['CronJob', 'ScheduledBackup'],
    fields: ['spec.suspend'],
    when: 'true, of backups or of their copies off the cluster',
    holds: ({ after }, change) => after === true && (change.kind === 'ScheduledBackup' || COPYING.includes(componentOf(change) ?? '')),
    says: () => `is suspended: ${COPIES}`,
  },
  {
    class: 'data-loss',
    kinds: ['CronJob'],
    fields: ['spec.jobTemplate.spec.template.spec.containers.*.env.*.value'],
    when: 'fewer backups kept (KEEP_…)',
    holds: ({ path, before, after }) => path.at(-2)?.startsWith('KEEP_') === true && Number(after ?? 0) < Number(before ?? 0),
    says: (differences) =>
      `its next run removes backups that are kept today: ${differences.map((one) => `${one.path.at(-2)} ${fromTo(one)}`).join(', ')}`,
  },
  {
    class: 'data-loss',
    kinds: ['ObjectStore', 'Cluster'],
    fields: ['spec.retentionPolicy', 'spec.plugins', 'spec.plugins.**'],
    when: 'the archive is kept for another time, or no longer written',
    holds: ({ path, after }, { after: now }) =>
      path[1] === 'retentionPolicy' || after === undefined || at(now, 'spec', 'plugins') === undefined,
    says: (differences, { kind }) =>
      kind === 'Cluster'
        ? 'its archive is no longer written: there is no way back to a point in time after now'
        : `recoveries reach back another time: ${differences.map(fromTo).join(', ')}`,
  },
];

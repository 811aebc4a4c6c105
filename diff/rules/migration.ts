/** What starts the migration. */
import { componentOf, list, podOf } from '../objects';
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import type { Change } from '../diff';
import type { Rule, Whole } from '../rule';
import { value } from '../words';

const MIGRATE = 'migrate';
const jobOf = (all: readonly Manifest[]) =>
  all.find(({ kind, metadata }) => kind === 'Job' && metadata.labels?.[COMPONENT_LABEL] === MIGRATE);

/** Whether a release brings a migration that its pods wait for. */
export function asksMigration({ after }: Change, whole: Whole): boolean {
  const waits = list(podOf(after)?.initContainers).some(({ name }) => name === 'migrated');
  return waits && jobOf(whole.before)?.metadata.name !== jobOf(whole.after)?.metadata.name;
}

const image = (job: Manifest | undefined) => list(podOf(job)?.containers).find(({ name }) => name === MIGRATE)?.image;

export const MIGRATION: readonly Rule[] = [
  {
    class: 'migration',
    kinds: ['Job'],
    fields: [],
    of: ['came'],
    when: 'of migrations',
    holds: (_difference, change) => componentOf(change) === MIGRATE,
    says: (_differences, { after }) => `runs, with ${value(image(after))}; new pods serve when it is done`,
  },
  {
    class: 'migration',
    kinds: ['Job'],
    fields: ['metadata.name', 'spec.**'],
    when: 'of migrations, under another name',
    holds: (_difference, change) => componentOf(change) === MIGRATE && change.before?.metadata.name !== change.after?.metadata.name,
    says: (_differences, change, whole) => {
      const now = image(change.after);
      const name = jobOf(whole.after)?.metadata.name ?? '';
      if (now === image(change.before)) return `${name} runs, most likely with nothing to migrate: the image is the same`;
      const first = list(podOf(change.after)?.initContainers).some((one) => one.name === 'backup');
      return `${name} runs: the migrations of ${value(now)}${first ? ', after a verified backup where there are some' : ''}`;
    },
  },
];

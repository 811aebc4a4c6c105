/** What `npm run up` would do, as manifests that kubectl takes, with words between them. */
import { stringify } from 'yaml';
import type { Environment } from '../../config/load';
import type { Manifest } from '../../constructs/manifests';
import { migrationOf } from '../release/migration';
import { steps } from '../release/rollout';
import { secretsManifest } from '../secrets';
import type { Build } from './build';

const documents = (objects: readonly Manifest[]) =>
  objects.map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`.replace(/\n$/, ''));
const note = (text: string) => `# ${text}`;

export function plan({ name, config }: Environment, manifests: readonly Manifest[], build: Build | undefined): string {
  const { base, stack, last } = steps(manifests);
  return [
    ...(build?.steps() ?? []).map(note),
    note('apply:'),
    ...documents(base),
    note(`fill secrets/${name}/ with what is not there yet, and apply ${secretsManifest(name)}`),
    ...documents(stack),
    note(`wait for the migration, the Job ${migrationOf(manifests)?.metadata.name ?? ''}`),
    ...(last.length > 0 ? [note('only then apply, as its pods stop before new ones start:'), ...documents(last)] : []),
    note(`wait until all pods of ${config.namespace} are ready, and remove what earlier releases have applied and this one does not have`),
  ].join('\n');
}

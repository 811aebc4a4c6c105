/** The migration of a release: a Job, and what its pods mount. */
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import { tell } from '../command';
import { JobRun } from '../job';
import type { Asking } from '../kubectl';

/** What its containers do, in their order. */
const CONTAINERS = ['roles', 'pending', 'backup', 'migrate'];

interface MigrationJob extends Manifest {
  readonly spec: {
    readonly template: { readonly spec: { readonly volumes?: readonly { readonly configMap?: { readonly name: string } }[] } };
  };
}

interface Ended {
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}

/** The Job that migrates. */
export const migrationOf = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.labels?.[COMPONENT_LABEL] === 'migrate');

/** Its ConfigMaps: those of a release that does not run any more, or does not run yet, are not there. */
export function mounted(manifests: readonly Manifest[]): Manifest[] {
  const { spec } = migrationOf(manifests) as MigrationJob;
  const names = (spec.template.spec.volumes ?? []).map(({ configMap }) => configMap?.name);
  return manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && names.includes(metadata.name));
}

const nameOf = (manifests: readonly Manifest[]) => migrationOf(manifests)?.metadata.name ?? '';

/** A migration that has ended under the same name runs again, as the database may have gone back since. */
export async function anew(kubectl: Asking, manifests: readonly Manifest[]): Promise<void> {
  const name = nameOf(manifests);
  const { items } = await kubectl.json<{ items: Ended[] }>('get', 'jobs', '--field-selector', `metadata.name=${name}`);
  const ended = items.some(({ status }) => status.conditions?.some(({ type }) => ['Complete', 'Failed'].includes(type)));
  if (ended) await kubectl.run(['delete', 'job', name]);
}

/**
 * Shows what it says, and resolves when it has ended.
 * @returns when that was, in ISO 8601
 * @throws CommandError when it fails
 */
export const followed = (kubectl: Asking, manifests: readonly Manifest[], say = tell, signal?: AbortSignal): Promise<string> =>
  new JobRun(kubectl, nameOf(manifests), say, signal).follow(CONTAINERS);

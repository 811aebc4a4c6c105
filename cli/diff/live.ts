/** What runs of a release, as a person would have written it. */
import type { Config } from '../../config/resolve';
import type { Manifest } from '../../constructs/manifests';
import type { Asking } from '../kubectl';

type Group = Readonly<Record<string, unknown>>;
interface List {
  readonly items: readonly Manifest[];
}

/** Fields of metadata that the API server fills. */
const FILLED = ['creationTimestamp', 'finalizers', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion', 'uid'];
/** Labels and annotations that kubectl, controllers and Argo CD write. */
const WRITTEN = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubernetes.io/metadata.name',
  'deployment.kubernetes.io/revision',
  'argocd.argoproj.io/tracking-id',
  'pv.kubernetes.io/',
  'volume.kubernetes.io/',
  'volume.beta.kubernetes.io/',
  'batch.kubernetes.io/',
  'controller-uid',
  'job-name',
];
/** Resources of which ours are no part of the manifests, or that follow from others. */
const OTHERS = /^(secrets|pods|endpoints|events|replicasets|controllerrevisions|endpointslices|leases)(\.|$)|\.metrics\.k8s\.io$/;

function without(group: unknown, drop: (key: string) => boolean): Group | undefined {
  const kept = Object.entries((group as Group | undefined) ?? {}).filter(([key, value]) => !drop(key) && value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function metadata(of: Group | undefined): Group | undefined {
  const theirs = (key: string) => WRITTEN.some((start) => key.startsWith(start));
  const { labels, annotations, ...rest } = of ?? {};
  return without({ ...rest, labels: without(labels, theirs), annotations: without(annotations, theirs) }, (key) => FILLED.includes(key));
}

/** The template of a Job has labels of its controller, which selects by them. */
function spec(kind: string, of: Group | undefined): Group | undefined {
  if (kind !== 'Job' || !of) return of;
  const template = of.template as Group;
  const labelled = without({ ...template, metadata: metadata(template.metadata as Group) }, () => false);
  return { ...without(of, (key) => key === 'selector'), template: labelled };
}

/** An object as the API server gives it, without what people have no say in. */
export function written(object: Manifest): Manifest {
  const clean = { ...object, metadata: metadata(object.metadata), spec: spec(object.kind, object.spec as Group | undefined) };
  return without(clean, (key) => key === 'status') as unknown as Manifest;
}

/** Objects of a release that run, as the API server has them, but for those that controllers made. */
export async function live(kubectl: Asking, { namespace, release }: Config): Promise<Manifest[]> {
  const { items: namespaces } = await kubectl.json<List>('get', 'namespaces', '--field-selector', `metadata.name=${namespace}`);
  if (namespaces.length === 0) return [];
  const names = await kubectl.run(['api-resources', '--verbs', 'list', '--namespaced', '--output', 'name']);
  const resources = names.split(/\s+/).filter((name) => name !== '' && !OTHERS.test(name));
  const { items } = await kubectl.json<List>('get', resources.join(','), '--selector', `app.kubernetes.io/part-of=${release}`);
  return [...namespaces, ...items.filter((object) => !('ownerReferences' in object.metadata))];
}

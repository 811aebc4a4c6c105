/** How far the parts of a release are. */
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';

/** What makes pods, or a pod, as the API server has it. */
export interface Live extends Manifest {
  readonly metadata: Manifest['metadata'] & {
    readonly generation?: number;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly active?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

export interface Progress {
  readonly component: string;
  /** In a few words. */
  readonly text: string;
  /** All of its pods are of this release, and ready. */
  readonly done: boolean;
  /** It and its pods of this release, as `Pod shop-gunicorn-…`: what goes wrong with others does not matter any more. */
  readonly objects: readonly string[];
  /** Why Kubernetes has given it up. */
  readonly failed?: string;
}

/** Kinds whose pods a release waits for, in the order in which they come. */
const WATCHED = ['StatefulSet', 'Job', 'Deployment'];
/** What is asked of the API server. */
export const ASKED = 'statefulsets,jobs,deployments,replicasets,pods';

const JOB_LABEL = 'job-name';
const REVISION = 'deployment.kubernetes.io/revision';

const holds = ({ status }: Live, type: string) => status?.conditions?.find((one) => one.type === type && one.status === 'True');

function ofJob(job: Live): Pick<Progress, 'text' | 'done'> {
  if (holds(job, 'Complete')) return { text: 'done', done: true };
  return { text: holds(job, 'Failed') ? 'failed' : job.status?.active ? 'runs' : 'comes', done: false };
}

/** Pods of this release that are ready, of all that are wanted, and how many of others there still are. */
function ofWorkload({ kind, metadata, spec, status = {} }: Live): Pick<Progress, 'text' | 'done' | 'failed'> {
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas: updated = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status;
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const old = Math.max(0, replicas - updated);
  const serving = kind === 'Deployment' ? available : ready;
  const replaced = kind === 'Deployment' ? old === 0 : status.currentRevision === status.updateRevision;
  const late = status.conditions?.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  return {
    text: `${Math.min(serving, wanted)} of ${wanted} ready${seen && old > 0 ? `, ${old} of before` : ''}`,
    done: seen && updated >= wanted && serving >= wanted && replaced,
    failed: seen ? late?.message : undefined,
  };
}

/** By which label, and which value of it, pods of the newest template are known. */
function ofNow({ kind, metadata, status }: Live, live: readonly Live[]): readonly [string, string | undefined] {
  if (kind === 'Job') return [JOB_LABEL, metadata.name];
  if (kind === 'StatefulSet') return ['controller-revision-hash', status?.updateRevision];
  const sets = live.filter((one) => one.kind === 'ReplicaSet' && one.metadata.ownerReferences?.[0]?.name === metadata.name);
  const newest = sets.find((one) => one.metadata.annotations?.[REVISION] === metadata.annotations?.[REVISION]);
  return ['pod-template-hash', newest?.metadata.labels?.['pod-template-hash']];
}

function objectsOf(object: Live, live: readonly Live[]): string[] {
  const [label, value] = ofNow(object, live);
  const pods = live.filter(({ kind, metadata }) => kind === 'Pod' && value !== undefined && metadata.labels?.[label] === value);
  return [object, ...pods].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

const componentOf = ({ metadata }: Manifest) => metadata.labels?.[COMPONENT_LABEL] ?? metadata.name;

/** Of each that is waited for, in the order in which they come. */
export function progress(manifests: readonly Manifest[], live: readonly Live[]): Progress[] {
  const watched = WATCHED.flatMap((kind) => manifests.filter((object) => object.kind === kind));
  return watched.map((object) => {
    const component = componentOf(object);
    const found = live.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name);
    if (!found) return { component, text: 'comes', done: false, objects: [] };
    return { component, objects: objectsOf(found, live), ...(found.kind === 'Job' ? ofJob(found) : ofWorkload(found)) };
  });
}

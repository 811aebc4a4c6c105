/** How far the parts of a release are. */
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';

/** A workload or a Job, as the API server has it. */
export interface Live extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly generation?: number };
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
  readonly name: string;
  readonly kind: string;
  /** In a few words. */
  readonly text: string;
  /** All of its pods are of this release, and ready. */
  readonly done: boolean;
  /** Why Kubernetes has given it up. */
  readonly failed?: string;
}

/** Kinds whose pods a release waits for, in the order in which they come. */
export const WATCHED = ['StatefulSet', 'Job', 'Deployment'];

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

const componentOf = ({ metadata }: Manifest) => metadata.labels?.[COMPONENT_LABEL] ?? metadata.name;

/** Of each that is waited for, in the order in which they come. */
export function progress(manifests: readonly Manifest[], live: readonly Live[]): Progress[] {
  const watched = WATCHED.flatMap((kind) => manifests.filter((object) => object.kind === kind));
  return watched.map((object) => {
    const { kind, metadata } = object;
    const found = live.find((one) => one.kind === kind && one.metadata.name === metadata.name);
    const how = !found ? { text: 'comes', done: false } : kind === 'Job' ? ofJob(found) : ofWorkload(found);
    return { component: componentOf(object), name: metadata.name, kind, ...how };
  });
}

/** A line for each, aligned. */
export function lines(all: readonly Progress[]): string[] {
  const width = Math.max(...all.map(({ component }) => component.length));
  return all.map(({ component, text }) => `${component.padEnd(width)}  ${text}`);
}

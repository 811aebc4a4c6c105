/** What of a release may have a cause not to serve. */
import { failureOf, stateOf, type Members } from './members';
import { condition, containersOf, ended, eventsOf, newest, ofKind, ready, type Found, type Job, type Pod, type Workload } from './objects';
import { crashed } from './signs';
import type { Migration, Subject } from './subject';

/** The last word of each container that was asked for it, by `pod/container`. */
export type Lines = Readonly<Record<string, string>>;

export const lineKey = (pod: string, container: string) => `${pod}/${container}`;

/** The last word of the container that ended badly in the newest pod of a Job that did so. */
function lastWord(members: Members, lines: Lines, job: Job): string | undefined {
  const failed = members.podsOf(job).filter((pod) => crashed({ pod }) !== undefined);
  const pod = newest(failed);
  const crash = pod && crashed({ pod });
  return pod && crash && (lines[lineKey(pod.metadata.name, crash.status.name)] ?? crash.end.message);
}

export function migrationOf(members: Members, lines: Lines): Migration {
  const job = newest(members.jobsOf('migrate'));
  if (!job) return { state: 'absent', line: '' };
  const word = lastWord(members, lines, job);
  const state = stateOf(job);
  return {
    state: state === 'running' && word !== undefined ? 'retrying' : state,
    line: word ?? failureOf(job),
    done: job.status.completionTime,
  };
}

/** Why the API server takes no pod of a Deployment; of others only events tell, which are believed while pods are missing. */
function refused(
  objects: readonly Found[],
  { kind, metadata, spec: { replicas = 1 }, status }: Workload,
  pods: number,
): string | undefined {
  if (kind === 'Deployment') {
    const failure = condition(status, 'ReplicaFailure');
    return failure?.status === 'True' ? failure.message : undefined;
  }
  return pods < replicas ? refusal(objects, kind, metadata.name) : undefined;
}

const refusal = (objects: readonly Found[], kind: string, name: string) =>
  eventsOf(objects, kind, name)
    .filter(({ reason }) => reason === 'FailedCreate')
    .at(-1)?.message;

export class Subjects {
  private readonly lost: ReadonlySet<string>;
  public readonly migration: Migration;

  public constructor(
    private readonly objects: readonly Found[],
    private readonly members: Members,
    private readonly lines: Lines,
  ) {
    this.migration = migrationOf(members, lines);
    const told = ofKind(objects, 'Event').filter(({ reason }) => reason === 'NodeNotReady');
    this.lost = new Set(told.map(({ involvedObject }) => involvedObject.name));
  }

  /** All of them, those that make pods behind the pods. */
  public all(): Subject[] {
    const { members, objects } = this;
    const pods = members.pods
      .map(({ component, object }) => this.ofPod(component, object))
      .filter(({ pod, nodeLost }) => nodeLost || pod?.metadata.deletionTimestamp === undefined);
    const workloads = members.workloads.map(({ component, object }) => {
      return this.maker(component, object, refused(objects, object, members.podsOfComponent(component).length));
    });
    return [...pods, ...workloads, ...members.newestJobs().flatMap(({ component, job }) => this.ofJob(component, job))];
  }

  private ofPod(component: string, pod: Pod): Subject {
    const { name } = pod.metadata;
    const mounted = (pod.spec.volumes ?? []).flatMap(({ name: volume, persistentVolumeClaim, ephemeral }) =>
      ephemeral ? [`${name}-${volume}`] : (persistentVolumeClaim?.claimName ?? []),
    );
    const claims = ofKind(this.objects, 'PersistentVolumeClaim').filter(
      ({ metadata, status }) => mounted.includes(metadata.name) && status?.phase !== 'Bound',
    );
    return {
      kind: 'Pod',
      name,
      component,
      pod,
      events: eventsOf(this.objects, 'Pod', name),
      claims: claims.map((claim) => ({ claim, events: eventsOf(this.objects, claim.kind, claim.metadata.name) })),
      migration: this.migration,
      nodeLost: pod.status.reason === 'NodeLost' || (this.lost.has(name) && !ready(pod)),
      line: (container) => this.lines[lineKey(name, container)],
    };
  }

  private maker(component: string, { kind, metadata: { name } }: Workload | Job, why?: string): Subject {
    const { migration } = this;
    return { kind, name, component, refused: why, events: [], claims: [], migration, nodeLost: false, line: () => undefined };
  }

  /** One that has failed is told of in its own place, unless it is that which all pods wait for. */
  private ofJob(component: string, job: Job): Subject[] {
    const state = stateOf(job);
    if (state === 'done') return [];
    const pods = this.members.podsOf(job);
    const pod = newest(pods.filter((one) => !ended(one)));
    if (state === 'failed') return component === 'migrate' ? [this.maker(component, job)] : [];
    if (pod) return [this.ofPod(component, pod)];
    return [this.maker(component, job, pods.length === 0 ? refusal(this.objects, job.kind, job.metadata.name) : undefined)];
  }
}

/** Containers whose last word says why: those that have ended badly, and those that wait for the migrations. */
export function speakers(
  pods: readonly Pod[],
  gate: string,
): { readonly pod: string; readonly container: string; readonly previous: boolean }[] {
  return pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ name, ready: serves, state, lastState }) => {
      const waits = name === gate && state.running !== undefined && !serves;
      const last = state.terminated ?? lastState?.terminated;
      if (serves || (!waits && (last?.exitCode ?? 0) === 0)) return [];
      const previous = state.running !== undefined && (last?.exitCode ?? 0) !== 0;
      return [{ pod: pod.metadata.name, container: name, previous }];
    }),
  );
}

/** Signs that causes are told by. */
import { condition, containersOf, type ContainerStatus, type Event } from './objects';
import type { Subject } from './subject';

/** The container that waits for the migrations. */
export const GATE = 'migrated';
const PULLING = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable', 'ImageInspectError'];
/** Reasons of a container that has yet to begin, or has begun before. */
const NO_TROUBLE = ['PodInitializing', 'ContainerCreating', 'CrashLoopBackOff'];
const VOLUMES = ['FailedMount', 'FailedAttachVolume'];
/** Warnings that have other signs, or none any more. */
const PASSED = ['FailedScheduling', 'Unhealthy', 'BackOff'];
/** An end that is still worth a word of a pod which serves again. Milliseconds. */
const RECENT = 3_600_000;

/** Why the scheduler has found no node. */
export function unscheduled({ pod }: Subject): string | undefined {
  const scheduled = condition(pod?.status, 'PodScheduled');
  return scheduled?.status === 'False' ? (scheduled.message ?? scheduled.reason) : undefined;
}

/** No container has begun. */
const waitsForVolumes = ({ pod }: Subject) =>
  pod?.spec.nodeName !== undefined &&
  containersOf(pod).every(({ state, lastState }) => !state.running && !state.terminated && !lastState?.terminated);

/** What the newest of these events says. */
export const told = ({ events }: { readonly events: readonly Event[] }, ...reasons: readonly string[]): string | undefined =>
  events.filter(({ reason = '' }) => reasons.includes(reason)).at(-1)?.message;

/** What keeps its volumes from being mounted: each sentence on a line, the newest last, as the last is often only that time has passed. */
export const volumeTrouble = (subject: Subject) =>
  waitsForVolumes(subject)
    ? subject.events.flatMap(({ reason = '', message = '' }) => (VOLUMES.includes(reason) ? [message] : [])).join('\n')
    : undefined;

const waiting = ({ pod }: Subject, holds: (reason: string) => boolean): ContainerStatus | undefined =>
  pod && containersOf(pod).find(({ state }) => state.waiting?.reason !== undefined && holds(state.waiting.reason));

/** The first container whose image is not there. */
export const unpulled = (subject: Subject) => waiting(subject, (reason) => PULLING.includes(reason));

/** What is wrong with the settings of a container. */
export const misconfigured = (subject: Subject) =>
  waiting(subject, (reason) => reason === 'CreateContainerConfigError')?.state.waiting?.message;

/** A warning that stands for itself, and still holds. */
const telling = (subject: Subject, { type, reason = '' }: Event) =>
  type === 'Warning' && (VOLUMES.includes(reason) ? waitsForVolumes(subject) : !PASSED.includes(reason));

/** Why a container does not begin, or what the newest warning says, whatever that is. */
export const trouble = (subject: Subject) =>
  waiting(subject, (reason) => !NO_TROUBLE.includes(reason))?.state.waiting ??
  subject.events.filter((event) => telling(subject, event)).at(-1);

/** The first container that has ended badly and does not serve since, with its end. */
export function crashed({ pod }: Pick<Subject, 'pod'>) {
  for (const status of pod ? containersOf(pod) : []) {
    const end = status.ready ? undefined : (status.state.terminated ?? status.lastState?.terminated);
    if (end && end.exitCode !== 0) return { status, end };
  }
  return undefined;
}

/** The first container that went beyond its memory, just now or within the last hour. */
export function beyondMemory({ pod }: Subject, now: number): ContainerStatus | undefined {
  return (pod ? containersOf(pod) : []).find(({ state, lastState, ready }) => {
    const end = state.terminated ?? lastState?.terminated;
    return end?.reason === 'OOMKilled' && (!ready || now - Date.parse(end.finishedAt ?? '') < RECENT);
  });
}

/** A container was ended because it did not answer. */
export const endedByProbe = (subject: Subject) => /failed \w+ probe/.test(told(subject, 'Killing') ?? '');

/** Devices of a pod that have failed, of the first resource of which any has. */
export function failedDevices({ pod }: Subject): { readonly resource: string; readonly ids: readonly string[] } | undefined {
  const given = (pod ? containersOf(pod) : []).flatMap(({ allocatedResourcesStatus = [] }) => allocatedResourcesStatus);
  for (const { name: resource, resources = [] } of given) {
    const ids = resources.filter(({ health }) => health === 'Unhealthy').map(({ resourceID }) => resourceID);
    if (ids.length > 0) return { resource, ids: ids.sort() };
  }
  return undefined;
}

/** The container that runs and is not ready, or was ended for that, and what its probe was answered with. */
export function unanswered(subject: Subject): { readonly status: ContainerStatus; readonly message: string } | undefined {
  const statuses = subject.pod?.status.containerStatuses;
  const status = statuses?.find(({ ready, state }) => !ready && (state.running !== undefined || endedByProbe(subject)));
  const message = told(subject, 'Unhealthy');
  return status && message !== undefined ? { status, message } : undefined;
}

/** The pod waits for the migrations, or has waited for too long. */
export function gated(subject: Subject): boolean {
  const gate = subject.pod?.status.initContainerStatuses?.find(({ name, ready }) => name === GATE && !ready);
  const waitedInVain = subject.line(GATE)?.includes('migrations of this image') === true;
  return gate !== undefined && (waitedInVain || (gate.state.running !== undefined && !crashed(subject)));
}

/** The pod names migrations, and the Job was done before it came: what that has not applied, nobody does. */
export function leftOver({ pod, migration: { state, done = '' }, line }: Subject): boolean {
  return state === 'done' && done < (pod?.metadata.creationTimestamp ?? '') && line(GATE)?.includes('unapplied') === true;
}

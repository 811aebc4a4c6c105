/** A release at one moment, as it is shown and as `--json` prints it. */
import { diagnoses, type Diagnosis, type Place } from './diagnose';
import type { Gathered } from './gather';
import { stateOf, type Members } from './members';
import { containersOf, newest, ready, type Pod } from './objects';
import type { Row } from './row';
import { certificatesRow } from './rows/certificate';
import { devicesOf, devicesRow, rolloutRow } from './rows/devices';
import { migrationRow } from './rows/migration';
import { imageRow, releasesRow } from './rows/release';
import { scheduledRow } from './rows/scheduled';
import { siteRow } from './rows/site';

export interface PodStatus {
  readonly name: string;
  /** `Ready`, or what it is at. */
  readonly state: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** When it was made, in ISO 8601. */
  readonly since: string;
  /** @default - none yet */
  readonly node?: string;
  /** GPUs and the like, by the name of the resource. */
  readonly devices: Readonly<Record<string, number>>;
}

export interface ComponentStatus {
  readonly name: string;
  /** Pods that there are to be. */
  readonly wanted: number;
  readonly ready: number;
  readonly well: boolean;
  readonly pods: readonly PodStatus[];
}

export interface Status {
  readonly environment: string;
  readonly namespace: string;
  readonly well: boolean;
  /** By name, in the order in which they are shown. */
  readonly rows: Readonly<Record<string, Row>>;
  readonly components: readonly ComponentStatus[];
  readonly diagnoses: readonly Diagnosis[];
}

/** What a pod is at, in a word or two. */
function stateOfPod(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (pod.spec.nodeName === undefined) return 'Pending';
  if (ready(pod)) return 'Ready';
  const init = pod.status.initContainerStatuses ?? [];
  const at = containersOf(pod).find((one) => !one.ready);
  const word = at?.state.waiting?.reason ?? at?.state.terminated?.reason ?? 'Not ready';
  return at && init.includes(at) ? `Init: ${at.state.running ? at.name : word}` : word;
}

const podStatus = (pod: Pod): PodStatus => ({
  name: pod.metadata.name,
  state: stateOfPod(pod),
  ready: ready(pod),
  restarts: containersOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0),
  since: pod.metadata.creationTimestamp,
  node: pod.spec.nodeName,
  devices: devicesOf(pod.spec),
});

function component(name: string, wanted: number, pods: readonly Pod[], troubles: readonly Diagnosis[]): ComponentStatus {
  const counted = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const serving = counted.filter(ready).length;
  const well = serving >= wanted && serving === counted.length && troubles.every((one) => one.component !== name);
  return { name, wanted, ready: serving, well, pods: pods.map(podStatus) };
}

/** Those that stay, and Jobs of which there is something to tell. */
function components(members: Members, troubles: readonly Diagnosis[]): ComponentStatus[] {
  const names = [...new Set([...members.workloads, ...members.pods].map((one) => one.component))];
  const staying = names.map((name) => {
    const pods = members.podsOfComponent(name);
    const makers = members.workloads.filter((one) => one.component === name);
    const wanted = makers.length === 0 ? pods.length : makers.reduce((sum, { object }) => sum + (object.spec.replicas ?? 1), 0);
    return component(name, wanted, pods, troubles);
  });
  const jobs = members.newestJobs().filter(({ component: name }) => troubles.some((one) => one.component === name));
  return [
    ...staying,
    ...jobs.map(({ component: name, job }) => component(name, 1, stateOf(job) === 'failed' ? [] : members.podsOf(job), troubles)),
  ];
}

/** @param now milliseconds */
export function model({ name: environment, config }: Place, gathered: Gathered, now: number): Status {
  const { members, subjects, releases, answer, certificates, schedules, nodes } = gathered;
  const workloads = members.workloads.map(({ object }) => object);
  const pods = members.pods.map(({ object }) => object);
  const troubles = diagnoses(subjects.all(), { name: environment, config }, now);
  const rows: Record<string, Row> = {
    release: releasesRow(releases, environment),
    image: imageRow(pods.filter(ready), config.image, environment),
    site: siteRow(answer),
    certificate: certificatesRow(certificates, now),
    migration: migrationRow(subjects.migration, newest(members.jobsOf('migrate')), releases),
    ...Object.fromEntries(schedules.map(([name, scheduled]) => [name, scheduledRow(scheduled, config.namespace, now)])),
    ...(nodes ? { GPUs: devicesRow(workloads, pods, nodes), rollout: rolloutRow(workloads, nodes) } : {}),
  };
  const all = components(members, troubles);
  const well = Object.values(rows).every((row) => row.well !== false) && all.every((one) => one.well);
  return { environment, namespace: config.namespace, well, rows, components: all, diagnoses: troubles };
}

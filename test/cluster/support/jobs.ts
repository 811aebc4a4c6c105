/** What the CronJobs of a release do, done now. */
import { until, type Pod } from './kubectl';
import type { Release } from './release';

/** A Job that has ended. */
export interface Ended {
  readonly succeeded: boolean;
  readonly log: string;
  /** What its last pod left in its status. */
  readonly message: string;
}

interface JobPod extends Pod {
  readonly status: Pod['status'] & {
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
  };
}

/** Runs the pod of a CronJob once, and resolves when it has ended. */
export async function runNow(release: Release, component: string, name: string): Promise<Ended> {
  release.kubectl('delete', 'job', name, '--ignore-not-found');
  const cronJob = `--from=cronjob/${release.release}-${component}`;
  const job = JSON.parse(release.kubectl('create', 'job', name, cronJob, '--dry-run=client', '-o', 'json')) as { spec: object };
  release.create({ ...job, spec: { ...job.spec, backoffLimit: 0 } });
  const status = () => release.list('jobs').find(({ metadata }) => metadata.name === name)?.status;
  await until(`the Job ${name} to end`, () => (status()?.succeeded ?? status()?.failed) !== undefined);
  const [pod] = release.list<JobPod>('pods', `job-name=${name}`);
  const message = pod?.status.containerStatuses?.[0]?.state.terminated?.message ?? '';
  return { succeeded: status()?.succeeded === 1, log: release.kubectl('logs', `job/${name}`), message };
}

interface PodTemplate {
  readonly metadata: object;
  readonly spec: { readonly containers: readonly object[] };
}

/** The pod of the backups' CronJob, which connects as the administrator of the server instead. */
function asAdministrator(release: string, template: PodTemplate): PodTemplate {
  const secret = `"secretName":"${release}-postgres`;
  return JSON.parse(
    JSON.stringify(template).replace(`${secret}-backup"`, `${secret}"`).replace(`"value":"${release}_backup"`, `"value":"${release}"`),
  ) as PodTemplate;
}

const templateOf = (release: Release, component: string) =>
  (
    JSON.parse(release.kubectl('get', 'cronjob', `${release.release}-${component}`, '-o', 'json')) as {
      spec: { jobTemplate: { spec: { template: PodTemplate } } };
    }
  ).spec.jobTemplate.spec.template;

/** Runs a script in the pod of a CronJob instead of its program, and resolves with what it printed. */
export async function inPodOf(
  release: Release,
  component: string,
  name: string,
  script: string,
  { metadata, spec } = templateOf(release, component),
): Promise<string> {
  const containers = [{ ...spec.containers[0], command: ['bash', '-Eeuo', 'pipefail', '-c', script] }];
  release.kubectl('delete', 'pod', name, '--ignore-not-found');
  release.create({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec: { ...spec, containers } });
  const phase = () => release.list<Pod>('pods').find(({ metadata: pod }) => pod.name === name)?.status.phase ?? '';
  await until(`the pod ${name} to end`, () => ['Succeeded', 'Failed'].includes(phase()));
  return release.kubectl('logs', name);
}

/** Runs a script in a pod that has the volume of the backups as the CronJob's pods have it, and resolves with what it printed. */
export function inBackupPod(release: Release, name: string, script: string, { administrator = false } = {}): Promise<string> {
  const found = templateOf(release, 'backup');
  const template = administrator ? asAdministrator(release.release, found) : found;
  return inPodOf(release, 'backup', name, `export PGPASSWORD=$(</run/secrets/postgres/POSTGRES_PASSWORD)\n${script}`, template);
}

/** What runs by a schedule: the last run of each, by its own report. */
import { Cron } from 'croner';
import type { Asking } from '../../kubectl';
import { ifKnown, isUnknown } from '../asking';
import { failureOf, stateOf, type Members } from '../members';
import { containersOf, newest, type CronJob, type Job, type Pod } from '../objects';
import { minute, type Row } from '../row';

/** The last line of a program, as far as it is shown. Sizes are in bytes, times in seconds. */
interface Report {
  readonly event?: string;
  readonly reason?: string;
  readonly backup?: string;
  readonly bytes?: number;
  readonly seconds?: number;
  readonly tables?: number;
  readonly rows?: number;
  readonly backups?: number;
}

/** A run that has ended. */
export interface Run {
  readonly job: Job;
  /** The last line of its newest pod. */
  readonly line: string;
}

export interface Scheduled {
  readonly cronJob: CronJob;
  readonly jobs: readonly Job[];
  /** @default - none has ended that is still there */
  readonly last?: Run;
}

const ending = (pod: Pod) =>
  containersOf(pod)
    .map(({ state }) => state.terminated)
    .filter((one) => one !== undefined)
    .at(-1);

/** What a pod left in its status, or else the last line of its log. */
async function lineOf(kubectl: Asking, pod: Pod): Promise<string> {
  const left = ending(pod)?.message?.trim().split('\n').at(-1);
  if (left?.startsWith('{')) return left;
  const said = await ifKnown(() => kubectl.run(['logs', pod.metadata.name, '--tail=1']));
  return isUnknown(said) ? '' : said.trim();
}

/** Asks for the last run of each component that has a CronJob. */
export function schedules(kubectl: Asking, members: Members): Promise<[string, Scheduled][]> {
  return Promise.all(
    members.cronJobs.map(async ({ component, object: cronJob }): Promise<[string, Scheduled]> => {
      const jobs = members.jobsOf(component);
      const job = newest(jobs.filter((one) => stateOf(one) !== 'running'));
      const pod = job && newest(members.podsOf(job));
      return [component, { cronJob, jobs, last: job && { job, line: pod ? await lineOf(kubectl, pod) : '' } }];
    }),
  );
}

function reportOf(line: string): Report {
  try {
    return JSON.parse(line) as Report;
  } catch {
    return {};
  }
}

/** `27.6 MB` */
function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

/** What a run that succeeded has done. */
function deed({ event, backup = '', bytes = 0, tables = 0, rows = 0, backups = 0, seconds = 0 }: Report): string {
  if (event === 'backup_ok') return `${backup}, ${size(bytes)}, read back`;
  if (event === 'drill_ok') return `${backup} restored in ${seconds} s and found whole: ${tables} tables, ${rows} rows`;
  if (event === 'offsite_ok') return `${backups} backups are there`;
  return 'done';
}

/** The second last time at which it was to run, in ISO 8601; a run that began since may not have ended. */
function due({ spec: { schedule, timeZone } }: CronJob, now: number): string | undefined {
  const [, before] = new Cron(schedule, { timezone: timeZone ?? 'UTC', paused: true }).previousRuns(2, new Date(now));
  return before?.toISOString();
}

/** The time of its last success, in ISO 8601. */
function successOf({ cronJob, jobs }: Scheduled): string | undefined {
  const times = jobs.filter((job) => stateOf(job) === 'done').map(({ status }) => status.completionTime);
  return [...times, cronJob.status?.lastSuccessfulTime]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

const RUNBOOK = 'docs/runbook.md#a-backup-or-a-drill-failed';

export function scheduledRow(scheduled: Scheduled, namespace: string, now: number): Row {
  const { cronJob, jobs, last } = scheduled;
  const { schedule, suspend = false } = cronJob.spec;
  const { name, creationTimestamp } = cronJob.metadata;
  const succeeded = successOf(scheduled);
  const running = jobs.some((job) => stateOf(job) === 'running');
  const report = reportOf(last?.line ?? '');
  const details = { succeeded, running, schedule, suspend, job: last?.job.metadata.name, report };
  const also = running ? '; one runs now' : '';
  if (last && stateOf(last.job) === 'failed') {
    const when = minute(last.job.status.startTime ?? last.job.metadata.creationTimestamp);
    const since = succeeded === undefined ? 'none before it has succeeded' : `the last that succeeded: ${minute(succeeded)}`;
    const says = `failed ${when}: ${report.reason ?? failureOf(last.job)}; ${since}${also}`;
    return { says, well: false, mend: RUNBOOK, details };
  }
  const says = `${succeeded === undefined ? `none yet, by its schedule ${schedule}` : `${minute(succeeded)}${last ? `: ${deed(report)}` : ''}`}${also}`;
  if (suspend)
    return {
      says: `${says}; suspended`,
      well: false,
      mend: `kubectl -n ${namespace} patch cronjob ${name} -p '{"spec":{"suspend":false}}'`,
      details,
    };
  const expected = due(cronJob, now);
  const late = expected !== undefined && (succeeded ?? creationTimestamp) < expected;
  if (late)
    return {
      says: `${says}; one was due ${minute(expected)}`,
      well: false,
      mend: `kubectl -n ${namespace} describe cronjob ${name}`,
      details,
    };
  return { says, well: true, details };
}

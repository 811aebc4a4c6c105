/** Judges and undoes migrations, in the image of the release that runs: no other has the code of all that were applied. */
import type { Manifest } from '../../constructs/manifests';
import { CommandError, tell } from '../command';
import { JobRun } from '../job';
import type { Asking } from '../kubectl';
import { migrationOf, mounted } from '../release/migration';

/** A migration that was applied since a release. */
export interface Judged {
  readonly name: string;
  /** In ISO 8601. */
  readonly applied: string;
  /** The code of that release runs with it; does not, and it can be undone; or it cannot. */
  readonly verdict: 'stays' | 'goes back' | 'one way';
  readonly why: readonly string[];
  /** What undoing it takes away. */
  readonly loses: readonly string[];
}

interface Container {
  readonly name: string;
  readonly command: readonly string[];
}

interface MigrationJob extends Manifest {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
      };
    };
  };
}

const PROGRAM = { migrate: 'migrate.py', reversal: 'reversal.py' } as const;
const MARKER = '--marker';
/** For judging, or undoing. Seconds. */
const DEADLINE = { judge: 600, reverse: 6 * 3600 } as const;
const TIME_TO_LIVE = 24 * 3600;

function named(containers: readonly Container[], name: string): Container {
  const found = containers.find((one) => one.name === name);
  if (!found)
    throw new CommandError(`the migration of the running release has no container ${name}: another version of cdk8s-django made it`);
  return found;
}

/** The Job of a release's migration, with its pods made for the way back. */
function reversalJob(release: string, manifests: readonly Manifest[], since: string, reverse: boolean): Manifest {
  const { metadata, spec, ...job } = migrationOf(manifests) as MigrationJob;
  const { initContainers, containers, ...pod } = spec.template.spec;
  const [pending, migrate] = [named(initContainers, 'pending'), named(containers, 'migrate')];
  const command = [...migrate.command.map((word) => word.replace(PROGRAM.migrate, PROGRAM.reversal)), '--since', since];
  const marker = pending.command.slice(pending.command.indexOf(MARKER)).slice(0, 2);
  const before = [{ ...pending, command: [...command, ...marker] }, named(initContainers, 'backup')];
  return {
    ...job,
    metadata: { name: `${release}-rollback`, namespace: metadata.namespace, labels: metadata.labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: DEADLINE[reverse ? 'reverse' : 'judge'],
      ttlSecondsAfterFinished: TIME_TO_LIVE,
      template: {
        metadata: spec.template.metadata,
        spec: {
          ...pod,
          initContainers: reverse ? before : [],
          containers: [{ ...migrate, command: [...command, ...(reverse ? ['--reverse'] : [])] }],
        },
      },
    },
  };
}

/** What its last line tells machines; nothing in a line for people. */
function judgement(line: string): readonly Judged[] | undefined {
  if (!line.startsWith('{')) return undefined;
  const { event, migrations } = JSON.parse(line) as { readonly event?: string; readonly migrations?: readonly Judged[] };
  return event === 'reversal' ? migrations : undefined;
}

/**
 * Runs it, and shows what it says.
 * @returns the last judgement
 * @throws CommandError when it fails: what was applied is as it was, or its last line says otherwise
 */
export async function reversal(
  kubectl: Asking,
  release: string,
  manifests: readonly Manifest[],
  { since, reverse }: { readonly since: string; readonly reverse: boolean },
): Promise<readonly Judged[]> {
  const job = reversalJob(release, manifests, since, reverse);
  let judged: readonly Judged[] | undefined;
  const listen = (line: string) => {
    const found = judgement(line);
    if (found) judged = found;
    else tell(line);
  };
  await kubectl.run(['delete', 'job', job.metadata.name, '--ignore-not-found', '--cascade=foreground']);
  const items = [...mounted(manifests), job];
  await kubectl.run(['apply', '--filename', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  await new JobRun(kubectl, job.metadata.name, listen).follow([...(reverse ? ['pending', 'backup'] : []), 'migrate']);
  if (!judged) throw new CommandError(`the Job ${job.metadata.name} did not say what it found: its log above may`);
  return judged;
}

/** What runs, and what the API server would make of it: both sides have its defaults, so that only what changes differs. */
import type { Environment } from '../../config/load';
import { nameBeforeHash } from '../../constructs/content-name';
import { merge } from '../../constructs/finish';
import type { Manifest } from '../../constructs/manifests';
import { CommandError } from '../command';
import { Kubectl, type Asking } from '../kubectl';
import type { Sides } from './against';
import { live, written } from './live';
import { room } from './room';

const identity = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
const stable = ({ kind, metadata }: Manifest) => `${kind} ${nameBeforeHash(metadata.name)}`;
const made = ({ metadata }: Manifest) => (metadata as { readonly creationTimestamp?: string }).creationTimestamp ?? '';

/** Without the history of objects whose names follow their content: of each the one that is wanted, or the newest. */
function current(running: readonly Manifest[], wanted: readonly Manifest[]): Manifest[] {
  const names = new Set(wanted.map(identity));
  const newest = new Map<string, Manifest>();
  for (const object of running) {
    const other = newest.get(stable(object));
    if (!other || (!names.has(identity(other)) && (names.has(identity(object)) || made(object) > made(other))))
      newest.set(stable(object), object);
  }
  return running.filter((object) => names.has(identity(object)) || newest.get(stable(object)) === object);
}

/** What the API server makes of manifests; nothing is changed. */
async function dryRun(kubectl: Asking, objects: readonly Manifest[]): Promise<Manifest[]> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const answer = await kubectl.run(['apply', '--dry-run=server', '--output', 'json', '--filename', '-'], { input: JSON.stringify(list) });
  const result = JSON.parse(answer) as Manifest & { readonly items?: Manifest[] };
  return result.items ?? [result];
}

interface DryRun {
  readonly after: readonly Manifest[];
  /** What the API server refuses, in its own words. */
  readonly refused: readonly string[];
}

/** The same, one by one: of what the API server refuses, what it would have to become. */
async function dryRuns(kubectl: Asking, objects: readonly Manifest[], running: readonly Manifest[]): Promise<DryRun> {
  const [after, refused]: [Manifest[], string[]] = [[], []];
  for (const object of objects) {
    try {
      after.push(...(await dryRun(kubectl, [object])));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const before = running.find((one) => identity(one) === identity(object));
      after.push(before ? (merge(before, object) as Manifest) : object);
      refused.push(`The API server refuses ${identity(object)}: ${error.message}`);
    }
  }
  return { after, refused };
}

/** Both sides, what the API server refuses, and whether the pods find room. */
export async function ofCluster(
  { config }: Environment,
  wanted: readonly Manifest[],
  kubectl: Asking = new Kubectl(config.namespace),
): Promise<Sides> {
  const running = await live(kubectl, config);
  const fits = await room(kubectl, config.namespace, wanted);
  // Without its namespace the API server would refuse everything else.
  if (running.length === 0) return { before: [], after: wanted, notes: [fits] };
  const { after, refused } = await dryRun(kubectl, wanted).then(
    (all): DryRun => ({ after: all, refused: [] }),
    () => dryRuns(kubectl, wanted, running),
  );
  return { before: current(running, wanted).map(written), after: after.map(written), notes: [...refused, fits] };
}

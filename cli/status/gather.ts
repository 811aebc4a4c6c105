/** Everything that is asked for one look at a release. Nothing is changed, and of Secrets only certificates are read. */
import type { Asking } from '../kubectl';
import { History } from '../release/history';
import type { Recorded } from '../release/record';
import { ifKnown, lastWords, objects, type Unknown } from './asking';
import type { Place } from './diagnose';
import { Members } from './members';
import { certificates, type Certificate } from './rows/certificate';
import { nodes, withDevices, type Node } from './rows/devices';
import { schedules, type Scheduled } from './rows/scheduled';
import { ask, type Answer } from './rows/site';
import { Subjects } from './subjects';

export interface Gathered {
  readonly members: Members;
  readonly subjects: Subjects;
  /** The newest first. */
  readonly releases: readonly Recorded[] | Unknown;
  /** @default - no pod could be asked */
  readonly answer?: Answer | Unknown;
  readonly certificates: readonly Certificate[];
  /** By their components. */
  readonly schedules: readonly (readonly [string, Scheduled])[];
  /** @default - no pod asks for devices */
  readonly nodes?: readonly Node[] | Unknown;
}

/** @throws CommandError when the objects of the namespace cannot be had */
export async function gather(kubectl: Asking, { config }: Place): Promise<Gathered> {
  const found = await objects(kubectl);
  const members = new Members(found, config);
  const devices = withDevices(members.workloads.map(({ object }) => object)).length > 0;
  const [lines, releases, answer, pairs, runs, there] = await Promise.all([
    lastWords(kubectl, found),
    ifKnown(() => new History(kubectl, config.release).entries()),
    ask(kubectl, config, members.podsOfComponent('gunicorn')),
    certificates(kubectl, config),
    schedules(kubectl, members),
    devices ? nodes(kubectl) : undefined,
  ]);
  return { members, subjects: new Subjects(found, members, lines), releases, answer, certificates: pairs, schedules: runs, nodes: there };
}

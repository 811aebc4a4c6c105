/** What a cause may be found in: a pod, or what has to make pods. */
import type { Claim, Event, Pod } from './objects';

/** The newest migration Job of a release. */
export interface Migration {
  /** `retrying`: a pod of it has failed, and another comes. */
  readonly state: 'absent' | 'running' | 'retrying' | 'done' | 'failed';
  /** The last word of a pod that has failed. */
  readonly line: string;
  /** When it was done, in ISO 8601.
   * @default - it is not */
  readonly done?: string;
}

export interface Subject {
  readonly kind: 'Pod' | 'Deployment' | 'StatefulSet' | 'Job';
  readonly name: string;
  readonly component: string;
  /** @default - it makes pods */
  readonly pod?: Pod;
  /** Why the API server takes no pod of it.
   * @default - it takes them */
  readonly refused?: string;
  /** What was told of it, the oldest first. */
  readonly events: readonly Event[];
  /** Claims that are not bound, of those that it mounts, and what was told of them. */
  readonly claims: readonly { readonly claim: Claim; readonly events: readonly Event[] }[];
  readonly migration: Migration;
  /** Its node does not answer. */
  readonly nodeLost: boolean;
  /** The last word of a container that has ended, or of one that waits for something. */
  readonly line: (container: string) => string | undefined;
}

/** Words that a sentence is filled with, by their names. */
export type Words = Readonly<Record<string, string>>;

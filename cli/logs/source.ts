/** What the container of a pod has said, line by line. */
import { containersOf, type Pod } from '../pods';

/** A container, from its beginning to its end: what runs after a restart is another one. */
export interface Source {
  readonly id: string;
  readonly pod: string;
  readonly container: string;
  /** What its lines begin with: the pod, and the container unless that is its first. */
  readonly name: string;
  readonly running: boolean;
}

export interface Line {
  /** RFC 3339, by the clock of the node. */
  readonly time: string;
  readonly text: string;
}

const nameOf = ({ metadata, spec }: Pod, container: string) =>
  spec.containers[0]?.name === container ? metadata.name : `${metadata.name}/${container}`;

/** Containers that have begun. */
export const sourcesOf = (pod: Pod): Source[] =>
  containersOf(pod).flatMap(({ name: container, containerID: id = '', state }) =>
    id === '' ? [] : [{ id, pod: pod.metadata.name, container, name: nameOf(pod, container), running: state?.running !== undefined }],
  );

/** A line of `kubectl logs --timestamps`. */
export function lineOf(line: string): Line {
  const end = line.indexOf(' ');
  return end < 0 ? { time: line, text: '' } : { time: line.slice(0, end), text: line.slice(end + 1) };
}

export const logsArguments = ({ pod, container }: Source, ...options: readonly string[]) => [
  'logs',
  pod,
  '--container',
  container,
  '--timestamps',
  ...options,
];

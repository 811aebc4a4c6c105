/** A container that runs a program of ours with those of Postgres. */
import type { Resources } from '../config/sections/resources';
import type { k8s } from '../imports';
import { notEmpty } from './empty';
import * as pod from './pod';
import { RUNTIME_DIRECTORY, runtimePath } from './runtime-files';

export interface ProgramProps {
  /** Of the container, and of the program in `runtime/`: `<name>.sh`. */
  readonly name: string;
  /** Official image of the major of Postgres that the program has to do with. */
  readonly image: string;
  readonly imagePullPolicy: string;
  /** @default - none */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** Besides that of the volume `runtime`. */
  readonly volumeMounts: readonly k8s.VolumeMount[];
}

/** The end of its log is in the status of the pod, should it fail without a word of its own there. */
export const programContainer = (props: ProgramProps): k8s.Container => ({
  name: props.name,
  image: props.image,
  imagePullPolicy: props.imagePullPolicy,
  ...pod.restrictedContainer,
  command: ['bash', runtimePath(`${props.name}.sh`)],
  args: notEmpty([...(props.args ?? [])]),
  env: pod.environment({ HOME: pod.TMP, ...props.env }),
  resources: pod.resourceRequirements(props.resources),
  terminationMessagePolicy: 'FallbackToLogsOnError',
  volumeMounts: [{ name: 'runtime', mountPath: RUNTIME_DIRECTORY, readOnly: true }, ...props.volumeMounts],
});

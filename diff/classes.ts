/** What a difference can lead to, worst first. */
interface ClassOptions {
  /** One sentence for people: what happens. */
  readonly means: string;
  /** Of a command whose worst class this is. */
  readonly exitCode: number;
}

export const CLASSES = {
  'data-loss': { means: 'Data goes, can go, or is no longer kept safe.', exitCode: 18 },
  immutable: { means: 'The API refuses the change: the object has to be deleted and made again.', exitCode: 17 },
  downtime: { means: 'For a time nothing answers.', exitCode: 16 },
  restart: { means: 'Pods are replaced, others serve meanwhile.', exitCode: 15 },
  migration: { means: 'The migration Job runs.', exitCode: 14 },
  exposure: { means: 'Something becomes reachable, readable or allowed, or no longer is.', exitCode: 13 },
  capacity: { means: 'Pods, CPU, memory, GPUs or storage become more or less.', exitCode: 12 },
  'in-place': { means: 'Takes effect without a restart.', exitCode: 11 },
  cosmetic: { means: 'Labels and annotations that nothing acts upon.', exitCode: 10 },
} as const satisfies Record<string, ClassOptions>;

export type ClassName = keyof typeof CLASSES;

/** Worst first. */
export const CLASS_NAMES = Object.keys(CLASSES) as ClassName[];

/** Whether the first is as bad as the second, or worse. */
export const asBadAs = (one: ClassName, other: ClassName) => CLASSES[one].exitCode >= CLASSES[other].exitCode;

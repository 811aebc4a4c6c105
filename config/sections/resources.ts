import { type z } from 'zod';
import { byteCount, cpuCount, section, type Meta } from '../types';

/** What one container asks for and may use at the most: thousandths of a CPU, and bytes. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly 'ephemeral-storage': number;
}

/** Amounts as they are written in a file. */
interface WrittenAmounts {
  readonly cpu: string;
  readonly memory: string;
  readonly 'ephemeral-storage': string;
}

/** Requests and limits of one container, with the defaults of its component. */
export function resources(of: string, defaults: { requests: WrittenAmounts; limits: WrittenAmounts }) {
  const amounts = (verb: string, written: WrittenAmounts) =>
    section({
      cpu: cpuCount()
        .prefault(written.cpu)
        .meta({ description: `CPUs that ${of} ${verb}.` } satisfies Meta),
      memory: byteCount()
        .prefault(written.memory)
        .meta({ description: `Memory that ${of} ${verb}.` } satisfies Meta),
      'ephemeral-storage': byteCount()
        .prefault(written['ephemeral-storage'])
        .meta({ description: `Disk for logs and temporary files that ${of} ${verb}.` } satisfies Meta),
    }).prefault({});
  return section({ requests: amounts('has reserved', defaults.requests), limits: amounts('may use at the most', defaults.limits) })
    .superRefine(({ requests, limits }, context) => {
      for (const name of ['cpu', 'memory', 'ephemeral-storage'] as const) {
        if (requests[name] <= limits[name]) continue;
        context.addIssue({ code: 'custom', path: ['requests', name], message: `must not be above limits.${name}` });
      }
    })
    .prefault({});
}

export type Resources = z.output<ReturnType<typeof resources>>;

import { cronLine, timeZone } from '../names';
import { duration, type Meta } from '../types';

/** The settings of a CronJob: when it runs, by whose clock, and for how long at most. */
export const schedule = (line: string, when: string, deadline: string, what: string) => ({
  schedule: cronLine()
    .default(line)
    .meta({ description: when } satisfies Meta),
  timeZone: timeZone()
    .default('Etc/UTC')
    .meta({ description: 'Time zone of the schedule.' } satisfies Meta),
  deadline: duration('1m', '7d')
    .prefault(deadline)
    .meta({ description: what } satisfies Meta),
});

/** What processes use, as the kernel counts it. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Of a second, in which `/proc` counts on every Linux (USER_HZ). */
const TICKS = 100;
/** Own time as user and in the kernel, and that of children that have ended. Fields of `/proc/PID/stat` after the name of the program. */
const TIMES = [11, 12, 13, 14];

/** A process with all below it. */
function family(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean));
  return [pid, ...children.flatMap((child) => unlessGone(() => family(Number(child)), []))];
}

/** A process may end while it is looked at. */
function unlessGone<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TIMES.reduce((sum, field) => sum + Number(fields[field]), 0);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Seconds of CPU so far, of a process and all below it. */
export const cpuSeconds = (pid: number) => sum(family(pid).map((one) => unlessGone(() => ticks(one), 0))) / TICKS;

/** MiB of memory, where pages that several processes share count once (PSS). */
export const mebibytes = (pid: number) =>
  sum(
    family(pid).map((one) =>
      unlessGone(() => Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0), 0),
    ),
  ) / 1024;

/** Percent. */
const QUIET = 20;
/** Seconds. */
const BLINK = 0.1;

/** Resolves when nobody works any more: those who asked have gone, but a Gunicorn first answers all that waits for it. */
export async function quiet(): Promise<void> {
  for (let looks = 0; looks < 50 && (await busy(BLINK)) > QUIET; looks += 1);
}

/** Share of all CPUs that is in use, by whomever, over some seconds. Percent. */
export async function busy(seconds: number): Promise<number> {
  const look = () => {
    const [, ...times] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/ +/).map(Number);
    const [, , , idle = 0, waiting = 0] = times;
    return { idle: idle + waiting, all: sum(times) };
  };
  const before = look();
  await pause(seconds * 1000);
  const after = look();
  return 100 * (1 - (after.idle - before.idle) / (after.all - before.all));
}

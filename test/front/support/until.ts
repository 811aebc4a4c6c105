/** Waiting with an end. */
import { setTimeout as pause } from 'node:timers/promises';

/** Ends what hangs, and is above all that this takes on a busy machine. Below the minute that nginx waits where it is not told. Seconds. */
export const PATIENCE = 30;

/** Tries again and again until the attempt is true. */
export async function until(what: string, attempt: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE * 1000;
  while (!(await attempt())) {
    if (performance.now() > end) throw new Error(`waited ${PATIENCE} s for ${what}`);
    await pause(5);
  }
}

export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = pause(PATIENCE * 1000, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`waited ${PATIENCE} s for ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

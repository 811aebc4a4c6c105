/** Waiting with an end. */
import { setTimeout as pause } from 'node:timers/promises';

/** Tries again and again until the attempt is true. */
export async function until(what: string, seconds: number, attempt: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await attempt())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await pause(5);
  }
}

export async function within<T>(what: string, seconds: number, promise: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`waited ${seconds} s for ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

/** Commands that somebody interrupts, or that are told to end. */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const state = { interrupted: false };

/** Whether this process only cleans up. */
export const isInterrupted = () => state.interrupted;

/** Until somebody interrupts. */
export async function untilInterrupted(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const enough = new AbortController();
  const end = () => enough.abort();
  // Of Ctrl-C, npm and tsx pass on what the terminal has sent already: the second must not be the end of the first.
  for (const signal of SIGNALS) process.on(signal, end);
  await act(enough.signal).finally(end);
}

/**
 * Does something, and cleans up after it. When somebody interrupts it, nothing of it goes on but that: the process ends then, with the exit
 * code that shells have for it.
 */
export async function withCleanup<T>(act: () => Promise<T>, clean: () => Promise<unknown>): Promise<T> {
  let ending: Promise<unknown> | undefined;
  const end = (signal: (typeof SIGNALS)[number]) => {
    state.interrupted = true;
    ending ??= clean()
      .catch(() => undefined)
      .then(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of SIGNALS) process.on(signal, end);
  try {
    return await act();
  } finally {
    await ending; // and so for ever
    state.interrupted = false;
    for (const signal of SIGNALS) process.off(signal, end);
    await clean();
  }
}

/** Commands that somebody interrupts, or that are told to end. */
import { constants } from 'node:os';
import { tell } from './command';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

type Clean = () => Promise<unknown>;

/** What is to be cleaned up, the last first, and whether that is done already; and whether what goes on has to come to its end. */
const state: { readonly cleaning: Clean[]; ending?: Promise<void>; held: boolean } = { cleaning: [], held: false };

/** Whether this process only cleans up. */
export const isInterrupted = () => state.ending !== undefined;

/** Until somebody interrupts. */
export async function untilInterrupted(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const enough = new AbortController();
  const end = () => enough.abort();
  // Of Ctrl-C, npm and tsx pass on what the terminal has sent already: the second must not be the end of the first.
  for (const signal of SIGNALS) process.on(signal, end);
  await act(enough.signal).finally(end);
}

async function cleanUp(signal: (typeof SIGNALS)[number]): Promise<void> {
  for (const clean of [...state.cleaning].reverse()) await clean().catch(() => undefined);
  return process.exit(128 + constants.signals[signal]);
}

const end = (signal: (typeof SIGNALS)[number]) => {
  if (!state.held) state.ending ??= cleanUp(signal);
};

/** Ends what `withCleanup` has begun; never, where the process is to end. */
async function over(clean: Clean): Promise<void> {
  await state.ending;
  state.ending = undefined;
  state.cleaning.pop();
  if (state.cleaning.length === 0) for (const signal of SIGNALS) process.off(signal, end);
  await clean();
}

/**
 * Does something, and cleans up after it. When somebody interrupts it, nothing of it goes on but that: the process ends then, with the exit
 * code that shells have for it. What stands in one another is cleaned up from the inside.
 */
export async function withCleanup<T>(act: () => Promise<T>, clean: Clean): Promise<T> {
  if (state.cleaning.length === 0) for (const signal of SIGNALS) process.on(signal, end);
  state.cleaning.push(clean);
  let result: T;
  try {
    result = await act();
  } catch (error) {
    await over(clean).catch(() => undefined); // the first error is the one to know
    throw error;
  }
  await over(clean);
  return result;
}

/** Does what has to come to its end: who interrupts it, or leaves the terminal, is told so at the most. */
export async function uninterrupted(act: () => Promise<void>): Promise<void> {
  const signals = [...SIGNALS, 'SIGHUP'] as const;
  const ignore = () => tell('interrupted; ending what has begun');
  for (const signal of signals) process.on(signal, ignore);
  state.held = true;
  try {
    await act();
  } finally {
    state.held = false;
    for (const signal of signals) process.off(signal, ignore);
  }
}

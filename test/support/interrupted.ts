import { setTimeout } from 'node:timers/promises';

/** Waits until a command listens for Ctrl-C, and has asked for what it then shows; and interrupts it. */
export async function interrupted(): Promise<void> {
  const before = process.listenerCount('SIGINT');
  while (process.listenerCount('SIGINT') === before) await setTimeout(5);
  await setTimeout(20);
  process.emit('SIGINT');
}

import { setTimeout } from 'node:timers/promises';
import type { FakeCluster } from './fake-cluster';

/** Waits until a command has released, listens for Ctrl-C, and has asked for what it then shows; and interrupts it. */
export async function interrupted(cluster: FakeCluster): Promise<void> {
  const before = process.listenerCount('SIGINT');
  const released = () => cluster.changes.some((change) => /^delete lease \S+-release$/.test(change));
  while (!released() || process.listenerCount('SIGINT') === before) await setTimeout(5);
  await setTimeout(20);
  process.emit('SIGINT');
}

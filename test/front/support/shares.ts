/** How requests are spread over pods. */
import { Agent } from 'node:https';
import type { Front } from './front';

export const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

/** The pods that answer a client which asks for one page after the other, by address. */
export async function pods(front: Front, paths: readonly string[]): Promise<string[]> {
  const agent = new Agent({ keepAlive: true });
  const found = [];
  for (const path of paths) found.push((await front.get(path, { agent })).text);
  agent.destroy();
  return found;
}

/** How often each was there. */
export function shares(found: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of found) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** Six standard deviations around the share of each, were they drawn. */
export function expectEven(found: readonly string[], among: number): void {
  const [mean, deviation] = [found.length / among, Math.sqrt((found.length / among) * (1 - 1 / among))];
  expect(Object.keys(shares(found))).toHaveLength(among);
  for (const share of Object.values(shares(found))) expect(Math.abs(share - mean)).toBeLessThan(6 * deviation);
}

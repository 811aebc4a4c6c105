/** One run: the load, and what it costs. */
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { get } from './get';
import { PAGES, type Page, type PageName } from './pages';
import { FOLDER } from './places';
import type { Running, SideName } from './sides';
import { cpuSeconds, mebibytes, quiet } from './usage';
import { wrk } from './wrk';

export const TIERS = ['nginx', 'gunicorn', 'postgres'] as const;
type Tiers = Readonly<Record<(typeof TIERS)[number], number>>;

export interface Measurement {
  readonly page: PageName;
  readonly side: SideName;
  readonly round: number;
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly errors: number;
  /** Milliseconds of CPU for each request. */
  readonly cpu: Tiers;
  /** MiB. */
  readonly memory: Tiers;
  /** Of one answer's body. */
  readonly bytes: number;
}

const tiers = (value: (tier: (typeof TIERS)[number]) => number) =>
  Object.fromEntries(TIERS.map((tier) => [tier, value(tier)])) as unknown as Tiers;

/** Access logs would fill the memory that holds them. */
function emptyLogs(): void {
  const pods = readdirSync(FOLDER).filter((name) => name.startsWith('pod-'));
  for (const pod of pods) truncateSync(join(FOLDER, pod, 'output'));
}

export async function measure(
  { database, sides }: Running,
  page: PageName,
  name: SideName,
  round: number,
  seconds: number,
): Promise<Measurement> {
  const { origin, pids } = sides[name];
  const { path, plain = false }: Page = PAGES[page];
  const headers: Record<string, string> = plain ? {} : { 'Accept-Encoding': 'gzip' };
  const { status, bytes } = await get(origin + path, headers);
  if (status !== 200) throw new Error(`${name} answers ${status} to ${path}`);
  await quiet();
  const processes = { ...pids, postgres: database.pid };
  const before = tiers((tier) => cpuSeconds(processes[tier]));
  const { requests, duration: microseconds, p50, p99, errors } = await wrk(origin + path, seconds, headers);
  const cpu = tiers((tier) => ((cpuSeconds(processes[tier]) - before[tier]) / requests) * 1000);
  const memory = tiers((tier) => mebibytes(processes[tier]));
  emptyLogs();
  return { page, side: name, round, rate: (requests / microseconds) * 1e6, p50: p50 / 1000, p99: p99 / 1000, errors, cpu, memory, bytes };
}

/**
 * Settings of Postgres that follow from its memory, its CPUs and its volume. Sources: PostgreSQL, "Resource Consumption" (a quarter of
 * the memory for shared_buffers) and "Write Ahead Log"; the rest as the field's tuning guides have it.
 */
import { wholeCpus } from '../../config/quantity';

export interface SizingProps {
  /** Limit of the container. Bytes. */
  readonly memory: number;
  /** Limit of the container. Thousandths of a CPU. */
  readonly cpu: number;
  /** Size of the volume. Bytes. */
  readonly storage: number;
  readonly maxConnections: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
/** Below this Postgres is slower than its own default; above it one query can take what all need. Bytes. */
const WORK_MEM = { least: 4 * MEBIBYTE, most: 256 * MEBIBYTE };
/** Two segments, with fewer Postgres does not start; and as much as a recovery replays in a minute or so. Bytes. */
const WAL = { least: 32 * MEBIBYTE, most: 4 * GIBIBYTE };
/** Times the connections, what all together may lock: a dump locks every table. Four times Postgres's own default; a few MiB. */
const LOCKS = 256;
/** Postgres's own default, for extensions too. */
const WORKERS = 8;
/** One query has no use for more. */
const MOST_HELPERS = 4;

const clamp = (value: number, { least, most }: { readonly least: number; readonly most: number }) => Math.min(Math.max(value, least), most);
const kilobytes = (bytes: number) => `${Math.floor(bytes / KIBIBYTE)}kB`;
const megabytes = (bytes: number) => `${Math.floor(bytes / MEBIBYTE)}MB`;

/** Part of the memory that parallel queries may use as shared memory. Bytes. */
export const sharedMemory = (memory: number) => Math.floor(memory / 4);

/** Between checkpoints: a tenth of the volume, where Postgres's own default would fill a small one. */
function writeAheadLog(storage: number): Record<string, string> {
  const most = clamp(storage / 10, WAL);
  return { max_wal_size: megabytes(most), min_wal_size: megabytes(Math.max(most / 4, WAL.least)) };
}

/** Processes that help with one query, where other visitors leave a CPU for that. */
function parallelWorkers(cpu: number): Record<string, string> {
  const cpus = wholeCpus(cpu);
  const helpers = `${Math.min(MOST_HELPERS, Math.floor(cpus / 2))}`;
  return {
    max_worker_processes: `${Math.max(WORKERS, cpus)}`,
    max_parallel_workers: `${cpus}`,
    max_parallel_workers_per_gather: helpers,
    max_parallel_maintenance_workers: helpers,
  };
}

/** Parameters by name, as `-c name=value` takes them. */
export function parameters({ memory, cpu, storage, maxConnections }: SizingProps): Record<string, string> {
  const sharedBuffers = memory / 4;
  return {
    max_connections: `${maxConnections}`,
    max_locks_per_transaction: `${LOCKS}`,
    shared_buffers: kilobytes(sharedBuffers),
    effective_cache_size: kilobytes((memory * 3) / 4),
    maintenance_work_mem: kilobytes(Math.min(memory / 16, GIBIBYTE)),
    work_mem: kilobytes(clamp((memory - sharedBuffers) / (3 * maxConnections), WORK_MEM)),
    // Network disks and SSDs read a page anywhere about as fast as the next one.
    random_page_cost: '1.1',
    ...writeAheadLog(storage),
    ...parallelWorkers(cpu),
  };
}

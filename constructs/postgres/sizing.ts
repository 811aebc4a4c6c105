/**
 * Settings of Postgres that follow from its memory. Sources: PostgreSQL, "Resource Consumption" (a quarter of the memory for
 * shared_buffers); the rest as the field's tuning guides have it.
 */
export interface SizingProps {
  /** Limit of the container. Bytes. */
  readonly memory: number;
  readonly maxConnections: number;
}

const KIBIBYTE = 1024;
const GIBIBYTE = 1024 ** 3;
/** Below this Postgres is slower than its own default; above it one query can take what all need. Bytes. */
const WORK_MEM = { least: 4 * 1024 ** 2, most: 256 * 1024 ** 2 };

const kilobytes = (bytes: number) => `${Math.floor(bytes / KIBIBYTE)}kB`;

/** Part of the memory that parallel queries may use as shared memory. Bytes. */
export const sharedMemory = (memory: number) => Math.floor(memory / 4);

/** Parameters by name, as `-c name=value` takes them. */
export function parameters({ memory, maxConnections }: SizingProps): Record<string, string> {
  const sharedBuffers = memory / 4;
  const workMem = (memory - sharedBuffers) / (3 * maxConnections);
  return {
    max_connections: `${maxConnections}`,
    shared_buffers: kilobytes(sharedBuffers),
    effective_cache_size: kilobytes((memory * 3) / 4),
    maintenance_work_mem: kilobytes(Math.min(memory / 16, GIBIBYTE)),
    work_mem: kilobytes(Math.min(Math.max(workMem, WORK_MEM.least), WORK_MEM.most)),
    // Network disks and SSDs read a page anywhere about as fast as the next one.
    random_page_cost: '1.1',
  };
}

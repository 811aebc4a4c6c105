/** What must hold for the parameters of Postgres that a file sets, by themselves and with what the pod has. */
import { keptProblem } from '../postgres/kept';
import { isOfExtension, nameProblem, parameter, valueProblem } from '../postgres/parameters';
import { bytesOf } from '../postgres/units';
import type { Problem } from '../problems';
import { formatBytes } from '../quantity';
import { connectionsNeeded, type Config } from '../resolve';
import type { Rule } from '../rules';

const pathOf = (name: string) => ['postgres', 'parameters', name] as const;

function problemOf(name: string, value: string, major: number): Problem[] {
  const wrongName = keptProblem(name) ?? nameProblem(name, major);
  if (wrongName !== undefined) return [{ path: pathOf(name), message: wrongName, atKey: true }];
  const known = parameter(name, major);
  const wrongValue = known && valueProblem(known, value);
  return wrongValue === undefined ? [] : [{ path: pathOf(name), message: `${wrongValue}, got ${JSON.stringify(value)}` }];
}

const problems = ({ postgres }: Config) =>
  Object.entries(postgres.parameters).flatMap(([name, value]) => problemOf(name, value, postgres.version));

/** The parameters of a file, where each is right by itself. */
const given = (config: Config): Readonly<Record<string, string>> => (problems(config).length > 0 ? {} : config.postgres.parameters);

/** Bytes that a parameter of memory or disk stands for; undefined where the file does not set it. */
function bytes(config: Config, name: string): number | undefined {
  const value = given(config)[name];
  const unit = parameter(name, config.postgres.version)?.unit;
  return value === undefined || unit === undefined ? undefined : bytesOf(value, unit);
}

const isOff = (value: string | undefined) => ['off', 'false', 'no', '0'].includes(value?.toLowerCase() ?? '');

/** Of the memory: the rest is for sessions, and for the shared memory of parallel queries. Source: PostgreSQL, "Resource Consumption". */
const USUAL_BUFFERS = 0.4;
const MOST_BUFFERS = 0.75;
/** What one process may take. */
const OF_A_PROCESS = ['work_mem', 'maintenance_work_mem', 'autovacuum_work_mem', 'logical_decoding_work_mem', 'temp_buffers'];
const ON_THE_VOLUME = ['max_wal_size', 'min_wal_size', 'wal_keep_size'];
/** Two segments, with fewer Postgres does not start. Bytes. */
const LEAST_WAL = 32 * 1024 ** 2;
/** Of a container with the usual 8 MiB, less what Postgres keeps. Bytes. */
const STACK = 7680 * 1024;
/** Of the connections of operators, as `connectionsNeeded` counts them. */
const RESERVED = 3;

/** Bounds that follow from what the pod has. */
function bounds(config: Config): Problem[] {
  const { storage, resources } = config.postgres;
  const { memory } = resources.limits;
  const above = (name: string, most: number, what: string): Problem[] => {
    const value = bytes(config, name);
    return value === undefined || value <= most
      ? []
      : [{ path: pathOf(name), message: `must be at most ${formatBytes(Math.floor(most))}, ${what}, got ${given(config)[name]}` }];
  };
  return [
    ...above('shared_buffers', MOST_BUFFERS * memory, 'three quarters of postgres.resources.limits.memory'),
    ...OF_A_PROCESS.flatMap((name) => above(name, memory, 'postgres.resources.limits.memory')),
    ...above('max_stack_depth', STACK, 'what containers have'),
    ...ON_THE_VOLUME.flatMap((name) => above(name, storage, 'postgres.storage')),
    ...['max_wal_size', 'min_wal_size'].flatMap((name) =>
      (bytes(config, name) ?? LEAST_WAL) < LEAST_WAL
        ? [{ path: pathOf(name), message: `must be at least 32MB, with less Postgres does not start, got ${given(config)[name]}` }]
        : [],
    ),
  ];
}

export const parameterRules: readonly Rule[] = [
  problems,
  bounds,
  ({ postgres: { parameters, slowStatements } }) =>
    slowStatements !== undefined &&
    parameters.log_min_duration_statement !== undefined && {
      path: pathOf('log_min_duration_statement'),
      message: 'is also set by postgres.slowStatements: keep one of them',
    },
  (config) =>
    given(config).huge_pages?.toLowerCase() === 'on' && {
      path: pathOf('huge_pages'),
      message: 'must be try or off, got on: the pod has no huge pages, and Postgres would not start',
    },
  // Source: containerd 2.0 and Docker 25, whose default profiles leave it out.
  (config) =>
    given(config).io_method?.toLowerCase() === 'io_uring' && {
      path: pathOf('io_method'),
      message: 'must be worker or sync, got io_uring: the seccomp profile of the pod forbids it, and Postgres would not start',
    },
  (config) => {
    const { wal_level: level, max_wal_senders: senders, archive_mode: archive, summarize_wal: summarize } = given(config);
    const forbids = [
      ...(senders !== undefined && Number(senders) === 0 ? [] : ['max_wal_senders: 0']),
      ...(archive === undefined || isOff(archive) ? [] : ['archive_mode: off']),
      ...(summarize === undefined || isOff(summarize) ? [] : ['summarize_wal: off']),
    ];
    return (
      level?.toLowerCase() === 'minimal' &&
      forbids.length > 0 && { path: pathOf('wal_level'), message: `needs ${forbids.join(' and ')} beside it, got minimal` }
    );
  },
  (config) => {
    const { superuser_reserved_connections: superuser = `${RESERVED}`, reserved_connections: others = '0' } = given(config);
    const needed = connectionsNeeded(config) - RESERVED + Number(superuser) + Number(others);
    return (
      Number(superuser) + Number(others) > RESERVED &&
      config.postgres.maxConnections < needed && {
        path: ['postgres', 'maxConnections'],
        message: `must be at least ${needed} with ${Number(superuser) + Number(others)} connections reserved by postgres.parameters, got ${config.postgres.maxConnections}`,
      }
    );
  },
];

/** Libraries that do nothing unless they are loaded at the start. */
const PRELOADED = ['auto_explain', 'pg_cron', 'pg_prewarm', 'pg_stat_statements', 'pgaudit'];
const LISTS = ['shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries'];

/** What works, but may surprise. */
export function parameterWarnings(config: Config): Problem[] {
  const values = given(config);
  const { memory } = config.postgres.resources.limits;
  const warning = (name: string, when: boolean, message: string): Problem[] => (when ? [{ path: pathOf(name), message }] : []);
  const sessions = (bytes(config, 'work_mem') ?? 0) * config.postgres.maxConnections;
  const loaded = LISTS.flatMap((list) => (values[list] ?? '').split(',').map((library) => library.trim()));
  const idle = Object.keys(values).filter((name) => {
    const [library = ''] = name.split('.');
    return isOfExtension(name) && PRELOADED.includes(library) && !loaded.includes(library);
  });
  return [
    ...warning(
      'shared_buffers',
      (bytes(config, 'shared_buffers') ?? 0) > USUAL_BUFFERS * memory,
      `is above 40 % of postgres.resources.limits.memory (${formatBytes(memory)}): sessions and the page cache share what is left`,
    ),
    ...warning(
      'work_mem',
      sessions > memory,
      `times postgres.maxConnections is ${formatBytes(sessions)}, above postgres.resources.limits.memory (${formatBytes(memory)}): busy sessions can end the server`,
    ),
    ...['fsync', 'full_page_writes'].flatMap((name) =>
      warning(name, isOff(values[name]), 'is off: a crash of the node can destroy the database'),
    ),
    ...warning(
      'synchronous_commit',
      isOff(values.synchronous_commit),
      'is off: rows of the last moment that were acknowledged are lost in a crash of the server',
    ),
    ...warning(
      'synchronous_commit',
      values.synchronous_commit?.toLowerCase() === 'local' && (config.postgres.cloudNativePg?.instances ?? 1) > 1,
      'is local: rows are acknowledged before another server has them, and are lost with the one that writes',
    ),
    ...idle.flatMap((name) => warning(name, true, `is read by nobody: shared_preload_libraries does not name ${name.split('.')[0]}`)),
  ];
}

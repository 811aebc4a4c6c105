import { stringify } from 'yaml';
import { parseEnvironment } from '../../../config/load';
import { parameter } from '../../../config/postgres/parameters';
import { merge } from '../../../constructs/finish';
import { config, problems, ROOT, SMALLEST } from '../../support/stack';

const file = (parameters: object, postgres: object = {}) => stringify(merge(SMALLEST, { postgres: { ...postgres, parameters } }));
/** What is said against parameters, without file and position. */
const said = (parameters: object, postgres: object = {}) =>
  problems(file(parameters, postgres)).map((line) => line.replace(/^\S+ postgres\./, ''));

function warnings(parameters: object, postgres: object = {}): readonly string[] {
  const found = parseEnvironment(ROOT, 'environments/test.yaml', file(parameters, postgres), [])?.warnings ?? [];
  return found.map((line) => line.replace(/^\S+ postgres\./, '')).filter((line) => line.startsWith('parameters.'));
}

test.each([
  [{ wrk_mem: '64MB' }, 'parameters.wrk_mem: is no parameter of Postgres 18; did you mean "work_mem"?'],
  [{ WORK_MEM: '64MB' }, 'parameters.WORK_MEM: is no parameter of Postgres 18; did you mean "work_mem"?'],
  [{ gibberish: 1 }, 'parameters.gibberish: is no parameter of Postgres 18'],
  [{ constructor: 1 }, 'parameters.constructor: is no parameter of Postgres 18'],
  [{ promote_trigger_file: '/x' }, 'parameters.promote_trigger_file: is no parameter of Postgres 18, but of 14 to 15'],
  [{ server_version: '18' }, 'parameters.server_version: is what Postgres shows of itself, and cannot be set'],
])('a name that cannot be set is refused, with the one that was meant: %j', (parameters, line) => {
  expect(said(parameters)).toEqual([line]);
});

test('a name belongs to its majors', () => {
  expect(said({ io_method: 'worker' }, { version: 18 })).toEqual([]);
  expect(said({ io_method: 'worker' }, { version: 17 })).toEqual(['parameters.io_method: is no parameter of Postgres 17, but of 18']);
  expect(said({ wal_compression: 'zstd' }, { version: 15 })).toEqual([]);
  expect(said({ wal_compression: 'zstd' }, { version: 14 })).toEqual(['parameters.wal_compression: must be on or off, got "zstd"']);
});

test.each([
  [{ work_mem: '64mb' }, 'parameters.work_mem: must be a number from 64kB to 2147483647kB, in B, kB, MB, GB, TB, got "64mb"'],
  [{ work_mem: 63 }, 'parameters.work_mem: must be a number from 64kB to 2147483647kB, in B, kB, MB, GB, TB, got "63"'],
  [
    { statement_timeout: '1kB' },
    /^parameters\.statement_timeout: must be a number from 0 to 2147483647ms, in us, ms, s, min, h, d, got "1kB"/,
  ],
  [{ deadlock_timeout: '0ms' }, /^parameters\.deadlock_timeout: must be a number from 1ms/],
  [{ default_statistics_target: 1.5 }, 'parameters.default_statistics_target: must be a whole number from 1 to 10000, got "1.5"'],
  [{ default_statistics_target: '010' }, 'parameters.default_statistics_target: must be a whole number from 1 to 10000, got "010"'],
  [{ checkpoint_completion_target: 1.1 }, 'parameters.checkpoint_completion_target: must be a number from 0 to 1, got "1.1"'],
  [{ jit: 'maybe' }, 'parameters.jit: must be on or off, got "maybe"'],
  [
    { synchronous_commit: 'never' },
    'parameters.synchronous_commit: must be one of local, remote_write, remote_apply, on, off, got "never"',
  ],
  [{ application_name: 'a\nb' }, /^parameters\.application_name: must be one line/],
  [{ application_name: ['a'] }, 'parameters.application_name: must be a text, a number, true or false'],
])('a value out of type, range, words or unit is refused: %j', (parameters, line) => {
  expect(said(parameters)).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
});

test.each([
  { work_mem: '8MB', maintenance_work_mem: 65536, statement_timeout: '1.5min', autovacuum_vacuum_cost_delay: '2ms' },
  { jit: false, synchronous_commit: 'local', log_checkpoints: 'ON', random_page_cost: 1.05, log_temp_files: 0, autovacuum_work_mem: -1 },
  { log_line_prefix: '%m [%p] ', timezone: 'Europe/Berlin', search_path: '"$user", public' },
  { 'pg_stat_statements.track': 'all', shared_preload_libraries: 'auto_explain, pg_stat_statements' },
  { 'myapp.tenant': 'one' },
  { wal_level: 'minimal', max_wal_senders: 0 },
])('is taken: %j', (parameters) => {
  expect(said(parameters)).toEqual([]);
  expect(warnings(parameters)).toEqual([]);
});

test.each([
  ['max_connections', 'has a setting of its own: use postgres.maxConnections'],
  ['ssl', 'goes with the certificate, which has settings of its own: use postgres.tls'],
  ['ssl_ca_file', 'goes with the certificate, which has settings of its own: use postgres.tls'],
  ['listen_addresses', 'is where probes, Services and backups look for the server'],
  ['port', 'is where probes, Services and backups look for the server'],
  ['unix_socket_directories', 'is where probes, Services and backups look for the server'],
  ['data_directory', 'is set by the image and the stack, which know where the volume is'],
  ['hba_file', 'is set by the image and the stack, which know where the volume is'],
  ['logging_collector', 'would put the log where `kubectl logs` does not find it'],
  ['password_encryption', 'is scram-sha-256, which the stack logs in with'],
])('%s stays with the stack, which says why', (name, why) => {
  expect(said({ [name]: 'x' })).toEqual([`parameters.${name}: ${why}`]);
  expect(parameter(name, 18)).toBeDefined();
});

describe('what a value needs of the rest', () => {
  const GIBIBYTE = { resources: { limits: { memory: '1Gi' } }, storage: '10Gi' };

  test.each([
    [
      { shared_buffers: '800MB' },
      'parameters.shared_buffers: must be at most 768Mi, three quarters of postgres.resources.limits.memory, got 800MB',
    ],
    [{ maintenance_work_mem: '2GB' }, 'parameters.maintenance_work_mem: must be at most 1Gi, postgres.resources.limits.memory, got 2GB'],
    [{ max_wal_size: '11GB' }, 'parameters.max_wal_size: must be at most 10Gi, postgres.storage, got 11GB'],
    [{ min_wal_size: '16MB' }, 'parameters.min_wal_size: must be at least 32MB, with less Postgres does not start, got 16MB'],
    [{ max_stack_depth: '64MB' }, 'parameters.max_stack_depth: must be at most 7680Ki, what containers have, got 64MB'],
    [{ huge_pages: 'on' }, 'parameters.huge_pages: must be try or off, got on: the pod has no huge pages, and Postgres would not start'],
    [{ io_method: 'io_uring' }, /^parameters\.io_method: must be worker or sync, got io_uring/],
    [{ wal_level: 'minimal' }, 'parameters.wal_level: needs max_wal_senders: 0 beside it, got minimal'],
    [
      { wal_level: 'minimal', max_wal_senders: 0, summarize_wal: true },
      'parameters.wal_level: needs summarize_wal: off beside it, got minimal',
    ],
    [
      { superuser_reserved_connections: 90 },
      /^maxConnections: must be at least \d+ with 90 connections reserved by postgres\.parameters, got 100$/,
    ],
  ])('%j is refused', (parameters, line) => {
    expect(said(parameters, GIBIBYTE)).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  });

  test('the log of slow statements has one place', () => {
    expect(said({ log_min_duration_statement: '250ms' })).toEqual([]);
    expect(said({ log_min_duration_statement: '250ms' }, { slowStatements: '2s' })).toEqual([
      'parameters.log_min_duration_statement: is also set by postgres.slowStatements: keep one of them',
    ]);
  });

  test.each([
    [{ shared_buffers: '512MB' }, /^parameters\.shared_buffers: is above 40 %/],
    [
      { work_mem: '64MB' },
      /^parameters\.work_mem: times postgres\.maxConnections is 6400Mi, above postgres\.resources\.limits\.memory \(1Gi\)/,
    ],
    [{ fsync: false }, /^parameters\.fsync: is off: a crash/],
    [{ synchronous_commit: false }, /^parameters\.synchronous_commit: is off: rows .* that were acknowledged are lost in a crash/],
    [
      { 'pg_stat_statements.track': 'all' },
      /^parameters\.pg_stat_statements\.track: is read by nobody: shared_preload_libraries does not name/,
    ],
  ])('%j is warned of', (parameters, line) => {
    expect(said(parameters, GIBIBYTE)).toEqual([]);
    expect(warnings(parameters, GIBIBYTE)).toEqual([expect.stringMatching(line)]);
  });
});

test.each([
  [{ instances: 1 }, 'local', []],
  [{ instances: 2 }, 'local', [expect.stringMatching(/^parameters\.synchronous_commit: is local: .* lost with the one that writes$/)]],
  [{ instances: 3 }, 'LOCAL', [expect.stringMatching(/^parameters\.synchronous_commit: is local: /)]],
  [{ instances: 3 }, 'off', [expect.stringMatching(/^parameters\.synchronous_commit: is off: /)]],
  [{ instances: 3 }, 'remote_write', []],
])(
  'of servers that copy from each other, %j, with synchronous_commit %s is warned where a row may get lost',
  (cloudNativePg, value, lines) => {
    expect(warnings({ synchronous_commit: value }, { kind: 'cloudnative-pg', cloudNativePg })).toEqual(lines);
  },
);

test('every wrong parameter is said at once, at its place in the file', () => {
  const text = stringify(SMALLEST).replace('storage: 1Gi', 'storage: 1Gi\n  parameters:\n    wrk_mem: 1MB\n    jit: perhaps');
  expect(problems(text)).toEqual([
    expect.stringMatching(/^environments\/test\.yaml:\d+:5 postgres\.parameters\.wrk_mem: /),
    expect.stringMatching(/^environments\/test\.yaml:\d+:10 postgres\.parameters\.jit: /),
  ]);
});

test('true and false are on and off', () => {
  expect(config({ postgres: { parameters: { jit: false, log_checkpoints: true } } }).postgres.parameters).toEqual({
    jit: 'off',
    log_checkpoints: 'on',
  });
});

/** `npm run bench:backup`: what a backup costs that has been read back, and a restore and a drill that were judged, against the bare tools. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, median, report, spread, verdict } from '../report';
import { client, DATABASE, folderOfServer, psql, serverCommand, start } from './server';

const ROUNDS = 3;
const [PORT, DRILL_PORT] = [54_632, 54_633];
const RUNTIME = join(__dirname, '../../runtime');
const JOBS = 2;
const RESTORED = 'shop_restored';
const BARE = 'bare';
/** Times the bare tool, at the most. */
const GOAL = 2;

const folder = mkdtempSync(join(tmpdir(), 'bench-backup-'));
// Postgres has an account of its own.
chmodSync(folder, 0o755);
const backups = join(folder, 'backup');
const dump = join(folder, 'bare.dump');

const environment = {
  ...client(PORT),
  SECRETS_DIRECTORY: join(folder, 'secrets'),
  APPLICATION_IMAGE: 'registry.example.com/example/shop:1.4.2',
  BACKUP_DIRECTORY: backups,
  COMPRESSION: '6',
  KEEP_DAILY: '0',
  KEEP_WEEKLY: '0',
  KEEP_MONTHLY: '0',
  WAIT_SECONDS: '60',
  RESTORED,
  JOBS: `${JOBS}`,
  SOURCE: 'local',
  REPORT: '/dev/null',
};

/** Seconds that a command takes as a whole process. */
function seconds(command: readonly string[], changes: object = {}): number {
  const [program = '', ...args] = command;
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, args, { env: { ...environment, ...changes }, cwd: folder, maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString()}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

const ours = (program: string, ...args: readonly string[]) => ['bash', join(RUNTIME, program), ...args];
const inNew = (database: string, restore: () => number): number => {
  const time = restore();
  psql(PORT, `drop database ${database}`, 'postgres');
  return time;
};

/** Everything once, each beside what it is compared with. */
function round(number: number) {
  rmSync(backups, { recursive: true, force: true });
  mkdirSync(backups);
  const bareDump = seconds(['pg_dump', '--format=custom', '--compress=6', `--file=${dump}`]);
  const backup = seconds(ours('backup.sh'), { JOBS: '1' });
  const bareRestore = inNew(BARE, () => {
    psql(PORT, `create database ${BARE} template template0`, 'postgres');
    return seconds(['pg_restore', '--exit-on-error', `--jobs=${JOBS}`, `--dbname=${BARE}`, dump]);
  });
  const restore = inNew(RESTORED, () => seconds(ours('restore.sh', 'newest')));
  const place = folderOfServer(folder, `drill-${number}`);
  // The administrator of a drill's server has a name that no backup has.
  const drill = seconds(ours('drill.sh', ...serverCommand(place, DRILL_PORT, 'scratch')), { PGPORT: `${DRILL_PORT}`, PGUSER: 'scratch' });
  rmSync(place, { recursive: true });
  return { bareDump, backup, bareRestore, restore, drill };
}

type Round = ReturnType<typeof round>;

function row(rounds: readonly Round[], what: string, side: keyof Round, bare: keyof Round, goal?: number): string {
  const ratios = rounds.map((one) => one[side] / one[bare]);
  const of = (name: keyof Round) => median(rounds.map((one) => one[name])).toFixed(1);
  const cells = [what, goal ?? '', spread(ratios), goal === undefined ? '' : verdict(median(ratios) <= goal), of(side), of(bare)];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<void> {
  mkdirSync(join(folder, 'secrets/postgres'), { recursive: true });
  writeFileSync(join(folder, 'secrets/postgres/POSTGRES_PASSWORD'), 'unused');
  const server = await start(folder, PORT);
  try {
    const size = (Number(psql(PORT, `select pg_database_size('${DATABASE}')`)) / 1e9).toFixed(2);
    const version = psql(PORT, 'show server_version').replace(/ .*/, '');
    const rounds = Array.from({ length: ROUNDS }, (_, number) => round(number));
    const rows = [
      row(rounds, '`backup.sh` / `pg_dump`', 'backup', 'bareDump', GOAL),
      row(rounds, '`restore.sh newest` / `pg_restore`', 'restore', 'bareRestore'),
      row(rounds, '`drill.sh`, with a new server / `pg_restore`', 'drill', 'bareRestore'),
    ];
    report(
      'Backups',
      `A database of ${size} GB in eight tables with two indexes each, on one PostgreSQL ${version} over loopback. \`pg_dump --format=custom
--compress=6\` writes a file; \`backup.sh\` writes the same, counts the rows of every table in that snapshot, reads the whole dump back, and
flushes it all to the disk. \`pg_restore --jobs=${JOBS}\` loads that file; \`restore.sh\` checks sums, roles and room before, and analyses and judges
every table after; \`drill.sh\` does that in a server that it makes. ${ROUNDS} rounds, in each of which every program runs once.
${machine()}.

| what | at most | measured | goal | s | bare, s |
|---|---|---|---|---|---|
${rows.join('\n')}`,
    );
    console.log(rows.join('\n'));
  } finally {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(folder, { recursive: true });
  }
}

void main();

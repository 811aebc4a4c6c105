/** A load that writes down what the database has acknowledged, whatever happens to it. */
import { until, type Pod } from './kubectl';
import type { Release } from './release';

const NAME = 'ledger';
const TABLE = 'create table ledger (run int, client int, number int, primary key (run, client, number))';
/** Rows a second, by so many clients. */
const RATE = 60;
const CLIENTS = 4;

/** pgbench logs a line for each transaction that was acknowledged; a client whose connection breaks ends, and the next run has it again. */
const LOOP = `
cat >/tmp/ledger.sql <<'SCRIPT'
\\set number :number + 1
INSERT INTO ledger VALUES (:run, :client_id, :number);
SCRIPT
run=0
until [[ -e /tmp/stop ]]; do
  run=$((run + 1))
  export PGUSER=$(</run/secrets/postgres/POSTGRES_USER) PGPASSWORD=$(</run/secrets/postgres/POSTGRES_PASSWORD)
  pgbench --no-vacuum --client ${CLIENTS} --time 2 --rate ${RATE} --file /tmp/ledger.sql --define run=$run --define number=0 \\
    --log --log-prefix "/tmp/$run" "connect_timeout=3 tcp_user_timeout=5000" >/tmp/said 2>&1 || { tail -n 1 /tmp/said >&2; sleep 1; }
  { cat /tmp/$run.* 2>/dev/null || true; } | cut -d ' ' -f 1 | sort | uniq -c | while read -r count client; do echo "acknowledged $run $client $count"; done
  rm -f /tmp/$run.*
done
`;

interface Template {
  readonly metadata: object;
  readonly spec: {
    readonly containers: readonly object[];
    readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
  };
}

export class Ledger {
  public constructor(private readonly release: Release) {}

  /** Makes the table, as a migration would, and begins to write. */
  public async begin(): Promise<void> {
    const { release } = this;
    release.sql(`drop table if exists ledger`);
    release.sql(`set role ${release.release}_owner; ${TABLE}`);
    const cronJob = JSON.parse(release.kubectl('get', 'cronjob', `${release.release}-backup`, '-o', 'json')) as {
      spec: { jobTemplate: { spec: { template: Template } } };
    };
    const { metadata, spec } = cronJob.spec.jobTemplate.spec.template;
    const containers = [{ ...spec.containers[0], name: NAME, command: ['bash', '-Eeuo', 'pipefail', '-c', LOOP] }];
    // As the application, whose login changes.
    const volumes = spec.volumes.map((volume) =>
      volume.secret?.secretName === `${release.release}-postgres-backup`
        ? { ...volume, secret: { secretName: `${release.release}-postgres-app`, defaultMode: 0o440 } }
        : volume,
    );
    release.kubectl('delete', 'pod', NAME, '--ignore-not-found', '--grace-period=1');
    release.create({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: NAME }, spec: { ...spec, containers, volumes } });
    await until('the load to begin', () => this.phase() === 'Running');
  }

  /** Resolves when rows are acknowledged that were written from now on. */
  public async goesOn(): Promise<void> {
    const before = this.runs().length;
    await until('the load to go on', () => this.runs().length >= before + 2 * CLIENTS);
  }

  /** Ends the load. */
  public async end(): Promise<void> {
    this.release.kubectl('exec', NAME, '--', 'touch', '/tmp/stop');
    await until('the load to end', () => this.phase() === 'Succeeded');
  }

  /** How many rows have been acknowledged so far, and which of them are in none of these databases. */
  public compare(...databases: readonly string[]): { readonly acknowledged: number; readonly lost: string[] } {
    const all = this.runs().flatMap(([run, client, count]) =>
      Array.from({ length: Number(count) }, (_, index) => `${run} ${client} ${index + 1}`),
    );
    const rows = databases.flatMap((database) =>
      this.release.sql("select run || ' ' || client || ' ' || number from ledger", database).split('\n'),
    );
    const kept = new Set(rows);
    return { acknowledged: all.length, lost: all.filter((row) => !kept.has(row)) };
  }

  private phase(): string | undefined {
    return this.release.list<Pod>('pods').find(({ metadata }) => metadata.name === NAME)?.status.phase;
  }

  /** Run, client, and how many rows it was told to be there. */
  private runs(): string[][] {
    const lines = this.release.kubectl('logs', NAME, '--tail=-1').split('\n');
    return lines.filter((line) => line.startsWith('acknowledged ')).map((line) => line.split(' ').slice(1));
  }
}

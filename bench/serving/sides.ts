/** What is compared: a front, and a Gunicorn behind it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { merge } from '../../constructs/finish';
import { PORTS } from '../../constructs/nginx/conf/settings';
import { until } from '../../test/front/support/until';
import { application, type Application, type Line, type Lines } from './application';
import { startDatabase, type Database } from './database';
import { get } from './get';
import { certificate, emittedFront, nameserver } from './emitted';
import { originalFront } from './original';
import { FOLDER, HOST } from './places';

/** Between the ports of two fronts. */
const STEP = 100;

/** As for production, but that Nginx has both cores, a location whose answers are kept, and, as the original has it, a database without TLS. */
const EMITTED = {
  postgres: { tls: { enabled: false } },
  django: { project: 'main_app', directory: 'django_app', settings: 'bench_settings', hosts: [HOST], healthPath: '/healthz' },
  nginx: { resources: { limits: { cpu: 2, memory: '512Mi' } }, locations: [{ path: '/cached/', cache: { valid: { '200': '1m' } } }] },
};

interface Parts {
  /** Settings of the emitted front, beside those above.
   * @default - the original's front */
  readonly front?: object;
  readonly line: Line;
  readonly persistent: boolean;
}

const CLOSING = { nginx: { balance: { keepalive: 0 } } };
const PARTS = {
  original: { line: 'original', persistent: false },
  front: { front: CLOSING, line: 'original', persistent: false },
  threads: { front: CLOSING, line: 'emitted', persistent: false },
  keepalive: { front: {}, line: 'emitted', persistent: false },
  emitted: { front: {}, line: 'emitted', persistent: true },
  persistent: { line: 'original', persistent: true },
} as const satisfies Readonly<Record<string, Parts>>;

export type SideName = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as SideName[];

export interface Side {
  readonly origin: string;
  /** Processes, each with all below it. */
  readonly pids: { readonly nginx: number; readonly gunicorn: number };
}

export interface Running {
  readonly database: Database;
  /** Command lines of Gunicorn. */
  readonly lines: Lines;
  readonly sides: Readonly<Record<SideName, Side>>;
}

const settings = (name: SideName) => merge(EMITTED, (PARTS[name] as Parts).front ?? {}) as object;
const port = (name: SideName) => PORTS.https.containerPort + (NAMES.indexOf(name) + 1) * STEP;

/** A Gunicorn for each way to run it, started when it is first asked for. */
function gunicorns(start: (application: Application) => number) {
  const running = new Map<string, { readonly address: string; readonly pid: number }>();
  return ({ line, persistent }: Parts) => {
    const key = `${line} ${persistent}`;
    const address = `127.0.0.${11 + running.size}`;
    const found = running.get(key) ?? { address, pid: start({ line, persistent, address }) };
    running.set(key, found);
    return found;
  };
}

const answers = (origin: string) =>
  get(`${origin}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );

/** For clients; nginx has names of its own. */
function nameHost(): void {
  const file = join(FOLDER, 'hosts');
  writeFileSync(file, `127.0.0.1 localhost ${HOST}\n`);
  spawnSync('mount', ['--bind', file, '/etc/hosts']);
}

/** @param files - folder of static files */
export async function startSides(files: string): Promise<Running> {
  nameHost();
  const { environment, start, lines } = application(EMITTED);
  const database = await startDatabase(environment);
  const gunicorn = gunicorns(start);
  const emitted = NAMES.filter((name) => 'front' in PARTS[name]);
  const pods = await Promise.all(emitted.map((name) => emittedFront({ name, changes: settings(name), port: port(name), files })));
  const dns = await nameserver(pods);
  const sides = await Promise.all(
    NAMES.map(async (name): Promise<[SideName, Side]> => {
      const { address, pid } = gunicorn(PARTS[name]);
      const front = pods[emitted.indexOf(name)];
      if (front) dns.set(front.gunicorn(), [address]);
      const place = { port: port(name), upstream: address, files };
      const nginx = front ? await front.pod.start() : await originalFront({ ...place, ...certificate(pods) });
      return [name, { origin: `https://${HOST}:${port(name)}`, pids: { nginx: nginx.pid ?? 0, gunicorn: pid } }];
    }),
  );
  for (const [name, { origin }] of sides) await until(`${name} to answer`, () => answers(origin));
  return { database, lines, sides: Object.fromEntries(sides) as Running['sides'] };
}

/** A release of the example in a project of its own, rendered as a user would render it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { diff } from '../../../cli/diff/diff';
import { release } from '../../../cli/release/release';
import type { RotationName } from '../../../cli/rotation/rotation';
import { restore } from '../../../cli/restore/restore';
import type { RestoreOptions } from '../../../cli/restore/source';
import { secrets } from '../../../cli/secrets';
import { status } from '../../../cli/status/status';
import { up } from '../../../cli/up/up';
import { loadEnvironments } from '../../../config/load';
import { compose } from '../../../constructs/compose';
import { merge } from '../../../constructs/finish';
import { kubectl, meanwhile, Namespaced, until, type Live } from './kubectl';
import { block } from './page';

const ROOT = join(__dirname, '../../..');
const IMAGE = 'registry.example.com/example/shop';

/** The commands of the project, for one in another folder. */
function commands(): object {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };
  const program = (path: string) => `${join(ROOT, 'node_modules/.bin/tsx')} ${join(ROOT, path)}`;
  const own = Object.entries(scripts).filter(([, script]) => script.startsWith('tsx cli/main.ts '));
  return Object.fromEntries([
    ...own.map(([name, script]) => [name, script.replace('tsx cli/main.ts', program('cli/main.ts'))]),
    ['synth', program('main.ts')],
  ]) as object;
}

/** Variants of the example that the suite has images of. */
export type Variant = 'dev' | 'slow' | 'later' | 'next' | 'broken' | 'forgotten' | 'mood' | 'oneway';

/** Releases that stand side by side on a node of two CPUs, each with a pod more while it changes, need more than they use. */
const LITTLE = { resources: { requests: { cpu: '20m' } } };
/** No CronJob runs by itself amid a test, whatever the time: on the next 29 February. */
export const BY_HAND = { schedule: '0 0 29 2 *' };
const ROOM = {
  gunicorn: LITTLE,
  nginx: { ...LITTLE, drain: '15s' },
  postgres: LITTLE,
  migrate: LITTLE,
  backup: { ...LITTLE, ...BY_HAND },
  drill: { ...LITTLE, ...BY_HAND },
};

/** The part of the suite that runs in one process: it has a release and a visitor of its own. */
export const WORKER = process.env.JEST_WORKER_ID ?? '1';

interface EnvironmentFile {
  readonly release: string;
  readonly django: { readonly hosts: [string] };
}

/** The lines that a command prints. */
export async function saidBy(command: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const told = jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  try {
    await command();
    return said;
  } catch (error) {
    process.stderr.write(`${said.join('\n')}\n`);
    throw error;
  } finally {
    told.mockRestore();
  }
}

export class Release extends Namespaced {
  public readonly release: string;
  public readonly host: string;
  private readonly root = mkdtempSync(join(tmpdir(), 'release-'));
  private readonly file: EnvironmentFile;

  /** `changes` are merged into the file of the environment. */
  public constructor(
    private readonly environment: 'dev' | 'prod',
    changes: object = {},
  ) {
    const given: unknown = parse(readFileSync(join(ROOT, `environments/${environment}.yaml`), 'utf8'));
    const file = merge(merge(given, ROOM), changes) as EnvironmentFile;
    super(`${file.release}-${environment}`);
    this.file = file;
    this.release = file.release;
    [this.host] = file.django.hosts;
    mkdirSync(join(this.root, 'environments'));
    mkdirSync(join(this.root, 'example/django_app'), { recursive: true });
    symlinkSync(join(ROOT, 'example/django_app/static'), join(this.root, 'example/django_app/static'));
    // Certificates and passwords last as long as the suite's cluster does.
    const kept = join(tmpdir(), 'secrets', this.release);
    mkdirSync(kept, { recursive: true });
    symlinkSync(kept, join(this.root, 'secrets'));
    writeFileSync(join(this.root, 'package.json'), JSON.stringify({ private: true, scripts: commands() }));
  }

  /** The release of dev that all tests of one process share, one after the other. */
  public static shared(): Release {
    const name = `shop${WORKER}`;
    return new Release('dev', { release: name, django: { hosts: [`${name}.localhost`] } });
  }

  /** Writes the file of the environment. */
  public edit(variant: Variant | 'nowhere', changes: object = {}): void {
    writeFileSync(
      join(this.root, `environments/${this.environment}.yaml`),
      stringify(merge(merge(this.file, { image: `${IMAGE}:${variant}` }), changes)),
    );
  }

  /** Folder of the manifests of a variant, freshly rendered. */
  public render(variant: Variant | 'nowhere', changes: object = {}): string {
    this.edit(variant, changes);
    const outdir = mkdtempSync(join(this.root, 'dist-'));
    for (const app of compose(loadEnvironments(this.root), this.root, outdir)) app.synth();
    return join(outdir, this.environment);
  }

  /** Has a variant in dist/, as `npm run synth` writes it, and returns the folder of its manifests. */
  public synth(variant: Variant = 'dev', changes: object = {}): string {
    const folder = this.render(variant, changes);
    const dist = join(this.root, 'dist');
    rmSync(dist, { recursive: true, force: true });
    symlinkSync(dirname(folder), dist);
    return folder;
  }

  /** Applies a variant with plain kubectl, and returns what kubectl printed. */
  public apply(variant: Variant = 'dev', changes: object = {}): string {
    return kubectl(['apply', '--filename', this.synth(variant, changes)]);
  }

  /** Writes values that only the user can give. */
  public give(secret: string, values: Readonly<Record<string, string>>): void {
    const folder = join(this.root, 'secrets', this.environment, secret);
    mkdirSync(folder, { recursive: true });
    for (const [key, value] of Object.entries(values)) writeFileSync(join(folder, key), value);
  }

  /** Fills the Secrets once. */
  public async fillSecrets(): Promise<void> {
    this.edit('dev');
    await saidBy(() => secrets(this.environment, this.root));
  }

  /** Fills the Secrets once, and applies them. */
  public async applySecrets(): Promise<string> {
    await this.fillSecrets();
    return kubectl(['apply', '--filename', join(this.root, 'secrets', this.environment)]);
  }

  /** Rotates by the command of the page, and does what that says, to the end. */
  public async rotate(what: RotationName): Promise<void> {
    let said = await this.follow(block('how-to/rotate.md', `npm run secrets prod -- --rotate ${what}\n`));
    for (;;) {
      const [, commands] = said.split('; then, in this order:\n\n');
      if (commands === undefined) return;
      said = await this.run(commands);
    }
  }

  /** Of a file beside which commands of a page are run. */
  public path(file: string): string {
    return join(this.root, file);
  }

  /** Does what a page says for the release `shop` in `prod`, with the names of this one, and returns what was printed. */
  public async follow(commands: string): Promise<string> {
    const names: Readonly<Record<string, string>> = { 'shop-prod': this.namespace, shop: this.release, prod: this.environment };
    const own = commands.replaceAll(/(?<![a-z])(?:shop-prod|shop|prod)(?![a-z\d])/g, (name) => names[name] ?? name);
    return (await this.run(own)).trimEnd();
  }

  /** Restores, and returns what the command said. */
  public async restore(options: RestoreOptions = {}): Promise<string> {
    return (await saidBy(() => restore(this.environment, options, this.root))).join('\n');
  }

  /** Releases a variant by the command, and returns what that said. */
  public async released(variant: Variant = 'dev', changes: object = {}): Promise<string> {
    this.render(variant, changes);
    return (await saidBy(() => release(this.environment, {}, this.root))).join('\n');
  }

  /** Brings a variant up by the command, and returns what that said. */
  public async up(variant: Variant | 'nowhere' = 'dev'): Promise<string> {
    this.render(variant);
    return (await saidBy(() => up(this.environment, { detach: true }, this.root))).join('\n');
  }

  /** What `npm run status` says, and its exit code. */
  public async status(): Promise<{ readonly said: string; readonly code: number }> {
    let code = 0;
    const said = await saidBy(async () => {
      code = await status(this.environment, {}, this.root);
    });
    return { said: said.join('\n'), code };
  }

  /** What `npm run diff` says that an apply would do. */
  public async diff(variant: Variant = 'dev', changes: object = {}): Promise<string> {
    this.render(variant, changes);
    const said = await saidBy(async () => {
      await diff(this.environment, { against: 'cluster', format: 'text' }, this.root);
    });
    return said.join('\n');
  }

  /** A value that the release now has. */
  public value(secret: string, key: string): string {
    return readFileSync(join(this.root, 'secrets', this.environment, secret, key), 'utf8');
  }

  /** What Python prints in a web pod, in the project's environment. */
  public python(program: string): string {
    const deployment = `deployment/${this.release}-gunicorn`;
    return this.kubectl(
      'exec',
      deployment,
      '-c',
      'gunicorn',
      '--',
      'python3',
      '/runtime/manage.py',
      'shell',
      '-v',
      '0',
      '-c',
      program,
    ).trim();
  }

  /** Everything applied and serving. */
  public async installed(variant: Variant = 'dev', changes: object = {}): Promise<this> {
    this.apply(variant, changes);
    await this.applySecrets();
    this.rolledOut(...this.kubectl('get', 'statefulsets,deployments', '--output=name').trim().split('\n'));
    return this;
  }

  /** Makes another certificate, for the next time that the Secrets are applied. */
  public async makeCertificate(secret: 'tls' | 'postgres-tls' = 'tls'): Promise<void> {
    for (const file of ['tls.crt', 'tls.key']) rmSync(join(this.root, 'secrets', this.environment, secret, file));
    await this.fillSecrets();
  }

  /** Makes another certificate, and applies it. */
  public async renewCertificate(secret: 'tls' | 'postgres-tls' = 'tls'): Promise<void> {
    await this.makeCertificate(secret);
    await this.applySecrets();
  }

  /** The certificate that the front is to serve, in PEM. */
  public get certificate(): string {
    return this.value('tls', 'tls.crt');
  }

  /** What the database answers, as unaligned text. */
  public sql(statement: string, database = this.release): string {
    return this.kubectl('exec', `${this.release}-postgres-0`, '--', 'psql', '-U', this.release, '-Atc', statement, database).trim();
  }

  public migrations(): Live[] {
    return this.list('jobs', 'app.kubernetes.io/component=migrate').sort((a, b) => age(a) - age(b));
  }

  /** Logs of containers of the newest migration Job, of all its pods.
   * @param containers all of them, unless one is to be heard while it lasts */
  public migrationLog(containers: readonly string[] = ['roles', 'pending', 'backup', 'migrate']): string {
    const name = this.migrations().at(-1)?.metadata.name ?? '';
    return this.list('pods', `job-name=${name}`)
      .flatMap((pod) => containers.map((container) => this.log(pod.metadata.name, container)))
      .join('');
  }

  /** Resolves when the newest migration waits for eight seconds, in the variant that does. */
  public async pausing(): Promise<void> {
    await until('the migration to run', () => this.migrationLog(['migrate']).includes('Applying guestbook.0002_pause'));
  }

  private run(commands: string): Promise<string> {
    return meanwhile('bash', ['-euo', 'pipefail', '-c', commands], { cwd: this.root });
  }

  private log(pod: string, container: string): string {
    try {
      return this.kubectl('logs', pod, '--container', container);
    } catch {
      return ''; // It has not started.
    }
  }
}

const age = ({ metadata }: Live) => Date.parse((metadata as unknown as { creationTimestamp: string }).creationTimestamp);

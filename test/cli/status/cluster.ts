/** A folder of answers for the kubectl beside it, and a release of which all is well. */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { selfSigned } from '../../../cli/certificates';
import type { Found } from '../../../cli/status/objects';
import { cronJob, job, pod, workload } from './objects';

const made = (component: string, name: string) => [
  job(component, 'Complete', { name }),
  pod({
    component,
    name: `${name}-abcde`,
    job: name,
    phase: 'Succeeded',
    containers: [{ name: component, ready: false, restartCount: 0, state: { terminated: { exitCode: 0 } } }],
  }),
];

/** What runs, and what has run. Its backup is of this very day. */
export const well = (today = new Date().toISOString()): Found[] => [
  workload('nginx', 2),
  pod({ component: 'nginx', name: 'shop-nginx-7c9f8d6b5-aaaaa' }),
  pod({ component: 'nginx', name: 'shop-nginx-7c9f8d6b5-bbbbb' }),
  workload('gunicorn', 1),
  pod(),
  workload('postgres', 1, {}, 'StatefulSet'),
  pod({ component: 'postgres', name: 'shop-postgres-0' }),
  job('migrate', 'Complete'),
  cronJob('backup', { lastSuccessfulTime: today }),
  ...made('backup', 'shop-backup-29'),
  cronJob('drill', { lastSuccessfulTime: today }, { schedule: '0 4 * * 0' }),
  ...made('drill', 'shop-drill-29'),
];

const release = (changes: object) => ({
  number: 14,
  status: 'deployed',
  image: 'registry.example.com/team/shop:1.4.1',
  revision: '3f2c9ab',
  who: 'ada@laptop',
  objects: [],
  parts: 1,
  ...changes,
});

export class Answers {
  private readonly folder = mkdtempSync(join(tmpdir(), 'status-'));
  private readonly before = process.env.PATH;

  public constructor() {
    copyFileSync(join(__dirname, 'kubectl.sh'), join(this.folder, 'kubectl'));
    chmodSync(join(this.folder, 'kubectl'), 0o755);
    Object.assign(process.env, this.env);
  }

  /** For a program that is to find this kubectl. */
  public get env(): Record<string, string> {
    return { PATH: `${this.folder}${delimiter}${this.before}`, ANSWERS: this.folder };
  }

  /** All is well. */
  public async reset(): Promise<void> {
    rmSync(join(this.folder, 'calls'), { force: true });
    this.objects(well());
    this.release({});
    this.give('readyz', '200 ok\n');
    this.give('certificate', Buffer.from((await selfSigned(['shop.example.com'])).certificate).toString('base64'));
    this.give('logs.shop-backup-29-abcde', '{"event":"backup_ok","backup":"shop-20261124T030004Z","bytes":27586,"seconds":2}\n');
    this.give(
      'logs.shop-drill-29-abcde',
      '{"event":"drill_ok","source":"local","backup":"shop-20261123T030004Z","seconds":3,"tables":12,"rows":1874}\n',
    );
  }

  /** At once: a program may be reading it. */
  public give(name: string, content: string): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  }

  /** Somebody may not have this any more. */
  public forbid(name: string): void {
    rmSync(join(this.folder, name));
  }

  public objects(items: readonly Found[]): void {
    this.give('objects.json', JSON.stringify({ items }));
  }

  public release(changes: object): void {
    const metadata = { name: 'shop-release-14', uid: '1', creationTimestamp: '2026-11-24T03:12:40Z' };
    this.give('releases.json', JSON.stringify({ items: [{ metadata, data: { 'release.json': JSON.stringify(release(changes)) } }] }));
  }

  public get calls(): string[] {
    const path = join(this.folder, 'calls');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  public close(): void {
    process.env.PATH = this.before;
    rmSync(this.folder, { recursive: true });
  }
}

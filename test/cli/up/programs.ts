/** Builders and tools of clusters on this machine, with nothing else on the PATH. */
import { copyFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Programs {
  private readonly before = { ...process.env };
  private folder = '';

  public open(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'programs-'));
    mkdirSync(join(this.folder, 'bin'));
    Object.assign(process.env, {
      PATH: join(this.folder, 'bin'),
      CALLS: join(this.folder, 'calls'),
      TMPDIR: tmpdir(),
      BROKEN: '',
      FAILS: '',
    });
  }

  public close(): void {
    process.env = { ...this.before };
    rmSync(this.folder, { recursive: true });
  }

  public install(...names: readonly string[]): void {
    for (const name of names) {
      const path = join(this.folder, 'bin', name);
      copyFileSync(join(__dirname, 'program.sh'), path);
      chmodSync(path, 0o755);
    }
  }

  /** What they were asked, since the last time. */
  public calls(): string[] {
    const file = join(this.folder, 'calls');
    const calls = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return calls;
  }
}

/** Those of each test of a file; at first none is installed. */
export function programs(): Programs {
  const one = new Programs();
  beforeEach(() => one.open());
  afterEach(() => one.close());
  return one;
}

/** A pair of keys as docs/how-to/off-site.md makes it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'shop backups';
const UNATTENDED = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', ''];

export class KeyPair {
  /** Folder of the keyring. */
  public readonly home = join(mkdtempSync(join(tmpdir(), 'key-')), 'keyring');

  public constructor() {
    mkdirSync(this.home, { mode: 0o700 });
    this.gpg('--quick-generate-key', NAME, 'future-default', 'default', 'never');
  }

  public get public(): string {
    return this.gpg('--armor', '--export', NAME);
  }

  /** Ends the agent that gpg has started. */
  public forget(): void {
    execFileSync('gpgconf', ['--homedir', this.home, '--kill', 'all']);
  }

  private gpg(...args: string[]): string {
    return execFileSync('gpg', ['--homedir', this.home, ...UNATTENDED, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }
}

import { execFileSync } from 'node:child_process';

/** What Git says, run in that folder; nothing where it cannot, or is not there. */
export function git(root: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 });
  } catch {
    return undefined;
  }
}

/** The commit that a folder is at, with a mark when something in it is not committed. */
export function revision(root: string): string | undefined {
  return git(root, 'describe', '--always', '--dirty', '--exclude=*')?.trim();
}

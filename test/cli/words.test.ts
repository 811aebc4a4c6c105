/** Words that commands hand on, from npm's side to the other. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../support/stack';
import { pod } from '../support/fake-pods';

const programs = mkdtempSync(join(tmpdir(), 'programs-'));
const pods = JSON.stringify({ items: [pod('shop-gunicorn-a', 'gunicorn'), pod('shop-postgres-0', 'postgres')] });

beforeAll(() => {
  const script = `#!/usr/bin/env bash\ncase $* in *'get pods'*) echo '${pods}' ;; *) printf '<%s>' "$@" "$(cat)"; exit 7 ;; esac\n`;
  writeFileSync(join(programs, 'kubectl'), script, { mode: 0o755 });
});
afterAll(() => rmSync(programs, { recursive: true }));

function call(...args: string[]): { readonly status: number | null; readonly stdout: string } {
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` };
  return spawnSync('npx', ['tsx', 'cli/main.ts', ...args], { cwd: ROOT, encoding: 'utf8', env, input: 'typed' });
}

test.each([
  [['exec', 'dev', 'ls', '--help', '-l'], '<--><ls><--help><-l>'],
  [['exec', 'dev', 'postgres', 'ls', '--dry-run'], '<shop-postgres-0><--container><postgres><--><ls><--dry-run>'],
  [['shell', 'dev', '-c', 'print(1)'], '<shell><-c><print(1)>'],
  [['psql', 'dev', '-v', 'ON_ERROR_STOP=1', '-c', 'select 1', '--csv'], '<-U><shop><-d><shop><-v><ON_ERROR_STOP=1><-c><select 1><--csv>'],
])('%j: words go as they are, with the input, and the exit code comes back', (args, expected) => {
  const { status, stdout } = call(...args);
  expect(stdout).toContain(`${expected}<typed>`);
  expect(status).toBe(7);
});

test('options of the command itself stand before the first word, on either side of the environment', () => {
  const shown = /-c role=shop_owner' psql -U shop -d shop -c 'select 1' --dry-run\n$/;
  expect(call('psql', 'dev', '--role', 'owner', '--dry-run', '-c', 'select 1', '--dry-run').stdout).toMatch(shown);
  expect(call('psql', '--dry-run', '--role', 'owner', 'dev', '-c', 'select 1', '--dry-run').stdout).toMatch(shown);
});

test('a role that there is not is a wrong call', () => {
  expect(call('psql', 'dev', '--role', 'root').status).toBe(2);
});

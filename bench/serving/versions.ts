/** What was measured with. */
import { execFileSync, spawnSync } from 'node:child_process';
import { version as nginx } from '../../test/front/support/nginx-test';
import { PYTHON } from './places';

const PACKAGES = ['Django', 'gunicorn', 'psycopg'] as const;

const python = (statement: string) => execFileSync(PYTHON, ['-c', statement]).toString().trim();

/** By the names of programs. */
export function versions(postgres: string): Readonly<Record<string, string>> {
  const packages = PACKAGES.map((name): [string, string] => [
    name,
    python(`from importlib.metadata import version; print(version("${name}"))`),
  ]);
  const [, wrk = ''] = /wrk (\S+)/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout) ?? [];
  return {
    nginx: nginx(),
    Python: python('import platform; print(platform.python_version())'),
    ...Object.fromEntries(packages),
    PostgreSQL: postgres,
    wrk,
  };
}

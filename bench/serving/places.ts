/** What `bench/serving/run` has made ready. */
import { join } from 'node:path';

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error('this benchmark is run by bench/serving/run');
  return value;
}

/** For everything that is written; gone afterwards. */
export const FOLDER = given('FRONT_FOLDER');
/** Programs of the virtual environment with what the example needs. */
export const PROGRAMS = join(given('BENCH_VENV'), 'bin');
export const PYTHON = join(PROGRAMS, 'python');
export const EXAMPLE = join(__dirname, '../../example');
/** Project with the pages to measure, on top of the example. */
export const SITE = join(__dirname, 'site');
/** Name of the site on every side, which ports tell apart. */
export const HOST = 'bench.example';

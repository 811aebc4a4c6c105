/** The load: 32 connections that each ask again as soon as they have an answer. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CONNECTIONS = 32;
const THREADS = 2;
const REPORT = join(__dirname, 'report.lua');

/** What wrk has counted. */
export interface Load {
  readonly requests: number;
  /** Microseconds. */
  readonly duration: number;
  /** Microseconds. */
  readonly p50: number;
  /** Microseconds. */
  readonly p99: number;
  /** Answers of 400 and above, and connections that failed. */
  readonly errors: number;
}

export async function wrk(url: string, seconds: number, headers: Readonly<Record<string, string>>): Promise<Load> {
  const options = ['--connections', `${CONNECTIONS}`, '--threads', `${THREADS}`, '--duration', `${seconds}s`, '--timeout', '10s'];
  const named = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const { stdout } = await promisify(execFile)('wrk', [...options, ...named, '--script', REPORT, url]);
  const report = stdout.split('\n').find((line) => line.startsWith('{'));
  if (report === undefined) throw new Error(`wrk ${url}: ${stdout}`);
  return JSON.parse(report) as Load;
}

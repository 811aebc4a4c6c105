/** `npm run logs <environment> [component]`: what the pods of a release say. */
import type { Config } from '../../config/resolve';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from '../command';
import { IS_APPLIED } from '../complaint';
import { untilInterrupted } from '../interrupt';
import { Kubectl, type Asking } from '../kubectl';
import { podsOf } from '../pods';
import { inColours } from '../screen';
import { followLogs, isGone, type Wanted } from './follow';
import { printer, type Print } from './printer';
import { ofRequest } from './records';
import { lineOf, logsArguments, sourcesOf, type Line, type Source } from './source';

export interface LogsOptions extends Omit<Wanted, 'component'> {
  /** Goes on with what is said from now on.
   * @default false */
  readonly follow?: boolean;
  /** Shows the command that reads the log of each container, and reads none.
   * @default false */
  readonly dryRun?: boolean;
}

const SINCE = /^(?:\d+h)?(?:\d+m)?(?:\d+s)?$/;

function check({ since, request }: LogsOptions): void {
  if (since !== undefined && (since === '' || !SINCE.test(since)))
    throw new CommandError(`--since must be hours, minutes or seconds, such as 10m or 1h30m, got "${since}"`, EXIT.usage);
  if (request?.trim() === '') throw new CommandError('--request must be the id of a request, got nothing', EXIT.usage);
}

const sinceOf = (since: string | undefined) => (since === undefined ? [] : [`--since=${since}`]);

interface Said extends Line {
  readonly source: Source;
  readonly when: number;
}

async function said(kubectl: Asking, source: Source, { since, request }: LogsOptions): Promise<Said[]> {
  const belongs = request === undefined ? () => true : ofRequest(request);
  try {
    const written = await kubectl.run(logsArguments(source, ...sinceOf(since)));
    const lines = written.split('\n').filter(Boolean).map(lineOf);
    return lines.filter(({ text }) => belongs(text)).map((line) => ({ ...line, source, when: Date.parse(line.time) }));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Within a millisecond by the text of their times, which have nine digits each. */
const earlier = (a: Said, b: Said) => a.when - b.when || (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);

/** @throws CommandError when there is nothing that could have said something */
async function speaking(kubectl: Asking, config: Config, component: string | undefined): Promise<Source[]> {
  const pods = await podsOf(kubectl, config, component);
  const sources = pods.flatMap(sourcesOf);
  if (sources.length > 0) return sources;
  const which = `pod of ${component ?? config.release}`;
  if (pods.length === 0) throw new CommandError(`no ${which} is in ${config.namespace}: ${IS_APPLIED}`);
  throw new CommandError(`no ${which} has begun in ${config.namespace}: npm run status says why, and what mends it`);
}

/** Prints what the containers have said, in the order in which they did. */
async function readLogs(kubectl: Asking, config: Config, component: string | undefined, options: LogsOptions, print: Print): Promise<void> {
  const sources = await speaking(kubectl, config, component);
  const all = (await Promise.all(sources.map((source) => said(kubectl, source, options)))).flat();
  for (const { source, text } of all.sort(earlier)) print(source.name, text);
}

/**
 * Shows what the pods of a component have said, or those of all of them.
 * @throws CommandError when an option is none, there is no such component or no pod of it, or the cluster does not answer
 */
export async function logs(
  name: string | undefined,
  component?: string,
  options: LogsOptions = {},
  root = ROOT,
  asked?: Asking,
): Promise<void> {
  const { config } = environmentNamed(name, root);
  check(options);
  const kubectl = asked ?? new Kubectl(config.namespace);
  // Whoever reads may have enough before the end, such as `head`.
  process.stdout.on('error', () => process.exit(EXIT.done));
  if (options.dryRun) {
    const follow = options.follow ? ['--follow'] : [];
    for (const source of await speaking(kubectl, config, component))
      tell(new Kubectl(config.namespace).command(logsArguments(source, ...follow, ...sinceOf(options.since))));
    return;
  }
  const print = printer(tell, inColours());
  if (!options.follow) return readLogs(kubectl, config, component, options, print);
  await untilInterrupted((signal) => followLogs(kubectl, config, { component, ...options }, print, signal));
}

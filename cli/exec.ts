/** `npm run exec <environment> [component] -- COMMAND`: a command in a pod that serves. */
import type { Config } from '../config/resolve';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from './command';
import { Kubectl, type Acting } from './kubectl';
import { hasComponent, readyPod } from './pods';

export interface ExecOptions {
  /** Shows what would be run, and runs nothing.
   * @default false */
  readonly dryRun?: boolean;
}

/** Whether somebody sits before it, who can be asked. */
export const hasTerminal = () => process.stdin.isTTY && process.stdout.isTTY;

/** A container of a pod, as kubectl takes it. */
export interface Place {
  readonly pod: string;
  readonly container: string;
}

/** The first container of the newest pod of a component that is ready. */
export async function placeIn(kubectl: Pick<Acting, 'json'>, config: Config, component: string): Promise<Place> {
  const { metadata, spec } = await readyPod(kubectl, config, component);
  return { pod: metadata.name, container: spec.containers[0]?.name ?? '' };
}

export const execArguments = ({ pod, container }: Place, words: readonly string[], options: readonly string[] = []) => [
  'exec',
  '--stdin',
  ...options,
  pod,
  '--container',
  container,
  '--',
  ...words,
];

/** Runs a command there with the input and output of this process, in a terminal where this one is in one; resolves with its exit code. */
export async function runIn(kubectl: Acting, place: Place, words: readonly string[], { dryRun = false }: ExecOptions): Promise<number> {
  const args = execArguments(place, words, hasTerminal() ? ['--tty'] : []);
  if (!dryRun) return kubectl.attached(args);
  tell(kubectl.command(args));
  return EXIT.done;
}

/**
 * Runs a command in a pod of the component that the first word names; where it names none, in one of Gunicorn.
 * @returns the exit code of the command
 * @throws CommandError when there is no command, or no pod that is ready
 */
export async function exec(
  name: string | undefined,
  words: readonly string[],
  options: ExecOptions = {},
  root = ROOT,
  asked?: Acting,
): Promise<number> {
  const { name: environment, config } = environmentNamed(name, root);
  const [first = '', ...rest] = words;
  const [component, command] = hasComponent(config, first) ? [first, rest] : ['gunicorn', words];
  const [program] = command;
  if (program === undefined || program.startsWith('-')) {
    const got = program === undefined ? '' : `, got "${program}"`;
    throw new CommandError(`the command to run is missing${got}: npm run exec ${environment} ${component} -- ls /tmp`, EXIT.usage);
  }
  const kubectl = asked ?? new Kubectl(config.namespace);
  return runIn(kubectl, await placeIn(kubectl, config, component), command, options);
}

/** `npm run status <environment>`: what runs, and why what does not run does not. */
import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../../config/load';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from '../command';
import { Kubectl, type Asking } from '../kubectl';
import { columnsOf, inColours } from '../screen';
import { gather } from './gather';
import { model, type Status } from './model';
import { text, topOf } from './text';

export interface StatusOptions {
  /** Looks again and again, until it is ended.
   * @default false */
  readonly watch?: boolean;
  /** For programs.
   * @default false */
  readonly json?: boolean;
}

/** From one look to the next. Milliseconds. */
const PAUSE = 2000;
/** Puts the cursor into the corner, and clears what is below. */
const CLEAR = '\u001b[H\u001b[J';

const look = async (kubectl: Asking, environment: Environment): Promise<Status> => {
  const gathered = await gather(kubectl, environment);
  return model(environment, gathered, Date.now());
};

const shown = (status: Status) => text(status, { width: columnsOf(), colours: inColours(), now: Date.now() });

/** In a terminal each look in the place of the one before; elsewhere another one only when something has changed. */
async function watch(kubectl: Asking, environment: Environment, json: boolean): Promise<never> {
  for (let before = ''; ;) {
    const status = await look(kubectl, environment).catch((error: unknown) => {
      if (error instanceof CommandError) return error.message;
      throw error;
    });
    const now = JSON.stringify(status);
    const screen = () => (typeof status === 'string' ? status : shown(status));
    if (process.stdout.isTTY && !json) process.stdout.write(`${CLEAR}${topOf(screen(), process.stdout.rows)}\n`);
    else if (now !== before) tell(json ? now : `${before === '' ? '' : '\n'}${screen()}`);
    before = now;
    await setTimeout(PAUSE);
  }
}

/**
 * Shows what runs of an environment.
 * @returns the exit code: 1 when something is not well
 * @throws CommandError when the cluster does not answer
 */
export async function status(
  name: string | undefined,
  { watch: again = false, json = false }: StatusOptions = {},
  root = ROOT,
  asked?: Asking,
): Promise<number> {
  const environment = environmentNamed(name, root);
  const kubectl = asked ?? new Kubectl(environment.config.namespace);
  if (again) return watch(kubectl, environment, json);
  const found = await look(kubectl, environment);
  tell(json ? JSON.stringify(found, undefined, 2) : shown(found));
  return found.well ? EXIT.done : EXIT.wrong;
}

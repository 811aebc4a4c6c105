/** What `npm run up` does in development once the site serves: shows what its pods say, and lets this machine reach it. */
import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../../config/load';
import { CommandError, tell } from '../command';
import { untilInterrupted } from '../interrupt';
import type { Asking } from '../kubectl';
import { followLogs } from '../logs/follow';
import { printer, type Print } from '../logs/printer';
import { inColours } from '../screen';
import { forwarding } from './address';

/** Before it is tried again. Milliseconds. */
const PAUSE = 2000;
/** The least that kubectl takes; with 0 it would begin at the beginning. */
const NOW = '1s';

/** Forwards a port, anew when the pod that it led to has gone; what goes wrong is said once. */
async function forward(kubectl: Asking, args: readonly string[], print: Print, signal: AbortSignal): Promise<void> {
  const said = new Set<string>();
  const complain = (error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    if (!signal.aborted && !said.has(error.message)) print('port-forward', error.message);
    said.add(error.message);
  };
  while (!signal.aborted) {
    await kubectl.run(args, { signal }).catch(complain);
    await setTimeout(PAUSE, undefined, { signal }).catch(() => undefined);
  }
}

/** Goes on until it is interrupted, with what is said from now on: what the migration said has been shown while it ran. */
export async function attach(kubectl: Asking, { name, config }: Pick<Environment, 'name' | 'config'>): Promise<void> {
  const print = printer(tell, inColours());
  const args = forwarding(config);
  await untilInterrupted(async (signal) => {
    const logs = followLogs(kubectl, config, { since: NOW }, print, signal);
    await Promise.all([logs, ...(args ? [forward(kubectl, args, print, signal)] : [])]);
  });
  tell(`${config.namespace} runs on; npm run logs ${name} -- --follow shows this again`);
}

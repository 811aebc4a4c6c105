import type { Command } from 'commander';
import { run } from '../command';
import { exec, type ExecOptions } from '../exec';
import { environmentCommand } from './environment-command';
import { handedOn, handingOn } from './words';

export const execCommand = () =>
  handingOn(
    environmentCommand('exec', 'run a command in the newest pod of a component that is ready; ends with its exit code'),
    'a component, gunicorn where they name none, and the command',
  )
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, words: string[], _: object, command: Command) =>
      run(async () => {
        const own = handedOn(command, words);
        process.exitCode = await exec(environment, own, command.opts<ExecOptions>());
      }),
    );

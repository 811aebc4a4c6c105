import type { Command } from 'commander';
import { run } from '../command';
import type { ExecOptions } from '../exec';
import { shell } from '../manage';
import { environmentCommand } from './environment-command';
import { handedOn, handingOn } from './words';

export const shellCommand = () =>
  handingOn(environmentCommand('shell', "run Django's shell in a pod of Gunicorn; ends with its exit code"), "of that shell's command line")
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, words: string[], _: object, command: Command) =>
      run(async () => {
        const own = handedOn(command, words);
        process.exitCode = await shell(environment, own, command.opts<ExecOptions>());
      }),
    );

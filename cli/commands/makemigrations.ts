import type { Command } from 'commander';
import { run } from '../command';
import { makemigrations, type MakemigrationsOptions } from '../makemigrations/makemigrations';
import { environmentCommand } from './environment-command';
import { handedOn, handingOn } from './words';

export const makemigrationsCommand = () =>
  handingOn(
    environmentCommand('makemigrations', 'make migrations of the models in your working tree, in a pod of Gunicorn, and write them here'),
    "of Django's command line",
  )
    .option('--source <folder>', 'where manage.py is, if not in one folder below this one')
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, words: string[], _: object, command: Command) =>
      run(async () => {
        const own = handedOn(command, words);
        process.exitCode = await makemigrations(environment, own, command.opts<MakemigrationsOptions>());
      }),
    );

import { Option, type Command } from 'commander';
import { run } from '../command';
import { psql, ROLES, type PsqlOptions } from '../psql';
import { environmentCommand } from './environment-command';
import { handedOn, handingOn } from './words';

export const psqlCommand = () =>
  handingOn(environmentCommand('psql', 'run psql in the pod of the database; ends with its exit code'), "of psql's command line")
    .addOption(
      new Option('--role <who>', 'who to be: read and write rows, change tables too, only read, or everything')
        .choices(ROLES)
        .default('app'),
    )
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, words: string[], _: object, command: Command) =>
      run(async () => {
        const own = handedOn(command, words);
        process.exitCode = await psql(environment, own, command.opts<PsqlOptions>());
      }),
    );

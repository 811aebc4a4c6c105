import { Command } from 'commander';
import { EXIT } from './command';
import { backupCommand } from './commands/backup';
import { createsuperuserCommand } from './commands/createsuperuser';
import { diffCommand } from './commands/diff';
import { downCommand } from './commands/down';
import { execCommand } from './commands/exec';
import { logsCommand } from './commands/logs';
import { makemigrationsCommand } from './commands/makemigrations';
import { migrateCommand } from './commands/migrate';
import { psqlCommand } from './commands/psql';
import { releaseCommand } from './commands/release';
import { restoreCommand } from './commands/restore';
import { rollbackCommand } from './commands/rollback';
import { secretsCommand } from './commands/secrets';
import { shellCommand } from './commands/shell';
import { statusCommand } from './commands/status';
import { upCommand } from './commands/up';
import { validateCommand } from './commands/validate';

/** In the order in which they are wanted. */
const COMMANDS = [
  ...[upCommand, statusCommand, secretsCommand, diffCommand, releaseCommand, rollbackCommand],
  ...[logsCommand, execCommand, shellCommand, psqlCommand, createsuperuserCommand],
  ...[makemigrationsCommand, migrateCommand, backupCommand],
  ...[restoreCommand, downCommand, validateCommand],
];

/** `npm run <command> <environment>` */
export function npmRun(): Command {
  const program = new Command('npm run')
    .description('Commands for the environments in environments/.')
    .enablePositionalOptions()
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
    });
  for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));
  return program;
}

import { Command } from 'commander';
import { EXIT } from './command';
import { diffCommand } from './commands/diff';
import { releaseCommand } from './commands/release';
import { restoreCommand } from './commands/restore';
import { rollbackCommand } from './commands/rollback';
import { secretsCommand } from './commands/secrets';
import { statusCommand } from './commands/status';
import { validateCommand } from './commands/validate';

/** In the order in which they are wanted. */
const COMMANDS = [secretsCommand, diffCommand, releaseCommand, statusCommand, rollbackCommand, restoreCommand, validateCommand];

/** `npm run <command> <environment>` */
export function npmRun(): Command {
  const program = new Command('npm run').description('Commands for the environments in environments/.').exitOverride((error) => {
    process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
  });
  for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));
  return program;
}

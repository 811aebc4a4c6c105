/** `npm run <command> <environment>` */
import { Command } from 'commander';
import { EXIT } from './command';
import { diffCommand } from './commands/diff';
import { logsCommand } from './commands/logs';
import { releaseCommand } from './commands/release';
import { restoreCommand } from './commands/restore';
import { rollbackCommand } from './commands/rollback';
import { secretsCommand } from './commands/secrets';
import { upCommand } from './commands/up';
import { validateCommand } from './commands/validate';

/** In the order in which they are wanted. */
const COMMANDS = [
  ...[upCommand, secretsCommand, diffCommand, releaseCommand, rollbackCommand],
  ...[logsCommand],
  ...[restoreCommand, validateCommand],
];

const program = new Command('npm run').description('Commands for the environments in environments/.').exitOverride((error) => {
  process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
});
for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));

void program.parseAsync();

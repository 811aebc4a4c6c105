import { Option } from 'commander';
import { run } from '../command';
import { MIGRATIONS, rollback, type RollbackOptions } from '../rollback/rollback';
import { environmentCommand } from './environment-command';

export const rollbackCommand = () =>
  environmentCommand('rollback', 'go back to a release that served, unless a migration since then stands in the way')
    .option('--to <number>', 'to that release, instead of the one before')
    .addOption(new Option('--migrations <what>', 'leave those that were applied since, or undo them after a backup').choices(MIGRATIONS))
    .option('--dry-run', 'say whether it can go back, and change nothing')
    .action((environment: string | undefined, options: RollbackOptions) => run(() => rollback(environment, options)));

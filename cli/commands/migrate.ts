import { run } from '../command';
import { migrate, type MigrateOptions } from '../migrate';
import { environmentCommand } from './environment-command';

export const migrateCommand = () =>
  environmentCommand('migrate', 'run the migration of the release now, and show its log')
    .option('--dry-run', 'show the manifests, and do nothing')
    .action((environment: string | undefined, options: MigrateOptions) => run(() => migrate(environment, options)));

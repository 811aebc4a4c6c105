import type { Config } from '../config/resolve';
import { runtimePath } from './runtime-files';

/** What the container `migrate` runs, which stands in `runtime`, besides what all containers of the application share. */
export const MIGRATE_PROGRAMS = ['migrate.py', 'migration_lock.py', 'progress.py', 'session_limits.py'] as const;

/** The command that applies the pending migrations. */
export const migrateCommand = ({ wait, lockTimeout, statementTimeout }: Config['migrate']): string[] => [
  ...['python3', runtimePath('migrate.py'), '--wait', `${wait}`],
  ...['--lock-timeout', `${lockTimeout}`, '--statement-timeout', `${statementTimeout}`],
];

import { backup, type BackupOptions } from '../backup/backup';
import { run } from '../command';
import { environmentCommand } from './environment-command';

export const backupCommand = () =>
  environmentCommand('backup', 'make a backup now, which is read back, and say its name and size')
    .option('--to <file>', 'download it as plain SQL, as pg_dump writes it')
    .option('--dry-run', 'show the manifest of the Job, and do nothing')
    .action((environment: string | undefined, options: BackupOptions) => run(() => backup(environment, options)));

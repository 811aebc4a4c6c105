import { run } from '../command';
import { down, type DownOptions } from '../down/down';
import { environmentCommand } from './environment-command';

export const downCommand = () =>
  environmentCommand('down', 'delete the stack; volumes, backups, uploads and Secrets stay')
    .option('--volumes', 'delete the volumes too, once somebody has typed the name of the namespace')
    .option('--yes <namespace>', 'that name, where there is no terminal to ask in')
    .option('--dry-run', 'say what would go and what stays, and delete nothing')
    .action((environment: string | undefined, options: DownOptions) => run(() => down(environment, options)));

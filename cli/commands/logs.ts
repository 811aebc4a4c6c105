import { run } from '../command';
import { logs, type LogsOptions } from '../logs/logs';
import { environmentCommand } from './environment-command';

export const logsCommand = () =>
  environmentCommand('logs', 'show what the pods of a component say, or those of all')
    .argument('[component]', 'such as gunicorn, nginx or postgres')
    .option('--since <time>', 'not older than that, such as 10m')
    .option('--follow', 'go on with what they say from now on, new pods included')
    .option('--request <id>', 'of that request alone: its "id" in the access log of Nginx, X-Request-ID in Django')
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, component: string | undefined, options: LogsOptions) =>
      run(() => logs(environment, component, options)),
    );

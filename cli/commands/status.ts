import { run } from '../command';
import { status, type StatusOptions } from '../status/status';
import { environmentCommand } from './environment-command';

export const statusCommand = () =>
  environmentCommand('status', 'show what runs, whether it is well, and what mends what is not; 1 when something is not well')
    .option('--watch', 'look again every two seconds, until it is ended')
    .option('--json', 'for programs')
    .action((environment: string | undefined, options: StatusOptions) =>
      run(async () => {
        process.exitCode = await status(environment, options);
      }),
    );

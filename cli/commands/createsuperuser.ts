import { run } from '../command';
import { createsuperuser, type SuperuserOptions } from '../createsuperuser';
import { environmentCommand } from './environment-command';

export const createsuperuserCommand = () =>
  environmentCommand('createsuperuser', 'make somebody who may do everything in Django; without a terminal, with the password as input')
    .option('--username <name>', 'who it is')
    .option('--email <address>', 'where they get mail')
    .option('--dry-run', 'show what would be run')
    .action((environment: string | undefined, options: SuperuserOptions) =>
      run(async () => {
        process.exitCode = await createsuperuser(environment, options);
      }),
    );

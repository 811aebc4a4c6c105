import { run } from '../command';
import { release, type ReleaseOptions } from '../release/release';
import { environmentCommand } from './environment-command';

export const releaseCommand = () =>
  environmentCommand('release', 'apply an environment in order, wait until it serves, remove what is gone, and remember it')
    .option('--history', 'show the releases there were: who, when, which image')
    .action((environment: string | undefined, options: ReleaseOptions) => run(() => release(environment, options)));

import { run } from '../command';
import { up, type UpOptions } from '../up/up';
import { environmentCommand } from './environment-command';

const collected = (value: string, before: readonly string[] = []) => [...before, value];

export const upCommand = () =>
  environmentCommand('up', 'build if asked to, fill the Secrets once, release, and show the logs where all hosts are .localhost')
    .option(
      '--build [folder]',
      'make the image from that folder, or from the only one with a Dockerfile, and load it into kind, k3d or minikube',
    )
    .option('--build-arg <name=value>', 'for the Dockerfile; may be given several times', collected)
    .option('--push', 'push what is built to its registry instead of loading it')
    .option('--detach', 'return when it serves, and show no logs')
    .option('--dry-run', 'show what would be built and applied, and do nothing')
    .action((environment: string | undefined, options: UpOptions) => run(() => up(environment, options)));

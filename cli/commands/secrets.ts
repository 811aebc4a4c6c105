import { Option } from 'commander';
import { run } from '../command';
import { ROTATION_NAMES, type RotationName } from '../rotation/rotation';
import { secrets } from '../secrets';
import { environmentCommand } from './environment-command';

export const secretsCommand = () =>
  environmentCommand('secrets', 'fill secrets/<environment>/ with what is not there yet, and write the manifests of the Secrets')
    .addOption(new Option('--rotate <what>', 'make new values in place of those that are in use').choices(ROTATION_NAMES))
    .action((environment: string | undefined, { rotate }: { rotate?: RotationName }) => run(() => secrets(environment, undefined, rotate)));

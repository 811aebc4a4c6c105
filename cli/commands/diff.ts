import { Option } from 'commander';
import { CLASS_NAMES } from '../../diff/classes';
import { run } from '../command';
import { diff, FORMATS, type DiffOptions } from '../diff/diff';
import { environmentCommand } from './environment-command';

export const diffCommand = () =>
  environmentCommand('diff', 'tell what applying the environment will do, worst first; the exit code says how bad it is')
    .option('--against <what>', 'a revision of Git, a folder or file of manifests, or cluster', 'HEAD')
    .addOption(new Option('--format <form>', 'for people, machines or a pull request').choices(FORMATS).default('text'))
    .addOption(new Option('--fail-on <class>', 'end with 0 when nothing is as bad as that').choices(CLASS_NAMES))
    .action((environment: string | undefined, options: DiffOptions) =>
      run(async () => {
        process.exitCode = await diff(environment, options);
      }),
    );

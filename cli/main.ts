/** `npm run <command> <environment>` */
import { Command, Option } from 'commander';
import { CLASS_NAMES } from '../diff/classes';
import { EXIT, run } from './command';
import { diff, FORMATS, type DiffOptions } from './diff/diff';
import { release, type ReleaseOptions } from './release/release';
import { restore } from './restore/restore';
import type { RestoreOptions } from './restore/source';
import { MIGRATIONS, rollback, type RollbackOptions } from './rollback/rollback';
import { ROTATION_NAMES, type RotationName } from './rotation/rotation';
import { secrets } from './secrets';
import { validate } from './validate';

const program = new Command('npm run').description('Commands for the environments in environments/.').exitOverride((error) => {
  process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
});

program
  .command('secrets')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .addOption(new Option('--rotate <what>', 'make new values in place of those that are in use').choices(ROTATION_NAMES))
  .description('fill secrets/<environment>/ with what is not there yet, and write the manifests of the Secrets')
  .action((environment: string | undefined, { rotate }: { rotate?: RotationName }) => run(() => secrets(environment, undefined, rotate)));

program
  .command('restore')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .option('--at <time>', 'from the newest backup that is not younger, such as 2026-11-23T14:30Z')
  .addOption(new Option('--from <place>', 'from the copies in the bucket, fetched and decrypted here').choices(['off-site']))
  .option('--file <path>', 'from a file of pg_dump, plain or --format=custom')
  .option('--undo <database>', 'bring back what an earlier restore has put aside')
  .option('--media', 'put back uploaded files that are missing, and leave the database alone')
  .option('--beside', 'leave it beside the live database')
  .option('--dry-run', 'show the manifests, and do nothing')
  .description('restore the newest backup beside the live database, and put it in its place; or its uploaded files')
  .action((environment: string | undefined, options: RestoreOptions) => run(() => restore(environment, options)));

program
  .command('diff')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .option('--against <what>', 'a revision of Git, a folder or file of manifests, or cluster', 'HEAD')
  .addOption(new Option('--format <form>', 'for people, machines or a pull request').choices(FORMATS).default('text'))
  .addOption(new Option('--fail-on <class>', 'end with 0 when nothing is as bad as that').choices(CLASS_NAMES))
  .description('tell what applying the environment will do, worst first; the exit code says how bad it is')
  .action((environment: string | undefined, options: DiffOptions) =>
    run(async () => {
      process.exitCode = await diff(environment, options);
    }),
  );

program
  .command('release')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .option('--history', 'show the releases there were: who, when, which image')
  .description('apply an environment in order, wait until it serves, remove what is gone, and remember it')
  .action((environment: string | undefined, options: ReleaseOptions) => run(() => release(environment, options)));

program
  .command('rollback')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .option('--to <number>', 'to that release, instead of the one before')
  .addOption(new Option('--migrations <what>', 'leave those that were applied since, or undo them after a backup').choices(MIGRATIONS))
  .option('--dry-run', 'say whether it can go back, and change nothing')
  .description('go back to a release that served, unless a migration since then stands in the way')
  .action((environment: string | undefined, options: RollbackOptions) => run(() => rollback(environment, options)));

program
  .command('validate')
  .description('find everything that is wrong with environments/, without writing anything')
  .action(() => run(validate));

void program.parseAsync();

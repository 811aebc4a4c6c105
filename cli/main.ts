/** `npm run <command> <environment>` */
import { Command } from 'commander';
import { EXIT, run } from './command';
import { secrets } from './secrets';
import { validate } from './validate';

const program = new Command('npm run').description('Commands for the environments in environments/.').exitOverride((error) => {
  process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
});

program
  .command('secrets')
  .argument('[environment]', 'name of a file in environments/, without .yaml')
  .description('fill secrets/<environment>/ with what is not there yet, and write the manifests of the Secrets')
  .action((environment?: string) => run(() => secrets(environment)));

program
  .command('validate')
  .description('find everything that is wrong with environments/, without writing anything')
  .action(() => run(validate));

void program.parseAsync();

import { Command } from 'commander';
import { run } from '../command';
import { validate } from '../validate';

export const validateCommand = () =>
  new Command('validate')
    .description('find everything that is wrong with environments/, without writing anything')
    .action(() => run(validate));

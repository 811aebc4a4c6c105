import { Option } from 'commander';
import { run } from '../command';
import { restore } from '../restore/restore';
import type { RestoreOptions } from '../restore/source';
import { environmentCommand } from './environment-command';

export const restoreCommand = () =>
  environmentCommand('restore', 'restore the newest backup beside the live database, and put it in its place; or its uploaded files')
    .option('--at <time>', 'from the newest backup that is not younger, such as 2026-11-23T14:30Z')
    .addOption(new Option('--from <place>', 'from the copies in the bucket, fetched and decrypted here').choices(['off-site']))
    .option('--file <path>', 'from a file of pg_dump, plain or --format=custom')
    .option('--undo <database>', 'bring back what an earlier restore has put aside')
    .option('--media', 'put back uploaded files that are missing, and leave the database alone')
    .option('--beside', 'leave it beside the live database')
    .option('--dry-run', 'show the manifests, and do nothing')
    .action((environment: string | undefined, options: RestoreOptions) => run(() => restore(environment, options)));

/** `npm run makemigrations <environment>`: migrations of the models in the working tree, made in a pod and written back. */
import { relative } from 'node:path';
import { Readable } from 'node:stream';
import type { Environment } from '../../config/load';
import { runtimeFiles } from '../../constructs/runtime-files';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from '../command';
import { execArguments, placeIn, runIn, type ExecOptions } from '../exec';
import { withCleanup } from '../interrupt';
import { Kubectl, type Acting } from '../kubectl';
import { bring } from './bring';
import { sourceFolder, sources } from './source';

export interface MakemigrationsOptions extends ExecOptions {
  /** Folder of manage.py in the working tree.
   * @default - the one below this folder that has it, with the package `django.project` */
  readonly source?: string;
}

const PROGRAM = 'makemigrations.py';
const LOCAL = /^(?:.*\.)?localhost$/;

/** @throws CommandError unless the environment is one to develop in: what is not committed would run there with its passwords */
function refuseServing({ name, config: { django } }: Environment): void {
  if (django.env.DJANGO_DEBUG === 'true' || django.hosts.every((host) => LOCAL.test(host))) return;
  throw new CommandError(
    `${name} serves ${django.hosts.join(', ')}: sources that nobody has reviewed do not run there, with its passwords. Make migrations ` +
      'in an environment to develop in, whose hosts end in localhost or whose django.env has DJANGO_DEBUG: true, such as dev; ' +
      'commit them, and release. A release without its migration file is stopped.',
  );
}

/** The program, which is sent along: the pods are those of a release that may not have it. */
const program = (...words: readonly string[]) => ['python3', '-c', runtimeFiles(PROGRAM)[PROGRAM] ?? '', ...words];

/**
 * Sends the sources to a pod of Gunicorn, makes migrations there, and writes those into the working tree that it does not have.
 * @param words of Django's command line
 * @returns the exit code of Django's command
 * @throws CommandError when the environment is not one to develop in, there are no sources, no pod is ready, or a file would be overwritten
 */
export async function makemigrations(
  name: string | undefined,
  words: readonly string[] = [],
  { source, ...options }: MakemigrationsOptions = {},
  root = ROOT,
  asked?: Acting,
): Promise<number> {
  const environment = environmentNamed(name, root);
  const { config } = environment;
  refuseServing(environment);
  const folder = sourceFolder(config, root, source);
  const kubectl = asked ?? new Kubectl(config.namespace);
  const place = await placeIn(kubectl, config, 'gunicorn');
  const asking = (...verb: readonly string[]) => execArguments(place, program(...verb));
  if (options.dryRun) return runIn(kubectl, place, ['python3', '-c', `<runtime/${PROGRAM}>`, 'run', `<${folder}>`, ...words], options);
  const archive = sources(folder);
  const there = (await kubectl.run(asking('receive'), { open: () => Readable.from([Buffer.from(archive)]) })).trim();
  const make = async () => {
    const status = await runIn(kubectl, place, program('run', there, ...words), options);
    if (status !== EXIT.done) return status;
    const fresh = bring(folder, JSON.parse(await kubectl.run(asking('made', there))) as Record<string, string>);
    for (const path of fresh) tell(`new: ${relative(root, path)}`);
    if (fresh.length > 0) tell('read it, and commit it with the models');
    return status;
  };
  return withCleanup(make, () => kubectl.run(asking('remove', there)));
}

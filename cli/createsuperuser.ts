/** `npm run createsuperuser <environment>`: somebody who may do everything in Django. */
import { text } from 'node:stream/consumers';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from './command';
import { execArguments, hasTerminal, placeIn, runIn, type ExecOptions } from './exec';
import { Kubectl, type Acting } from './kubectl';
import { manage } from './manage';

export interface SuperuserOptions extends ExecOptions {
  readonly username?: string;
  readonly email?: string;
}

/** Variables that Django reads where it cannot ask, one for each field of the user. Source: Django, "createsuperuser". */
const FIELD = /^DJANGO_SUPERUSER_[A-Z0-9_]+$/;
const PASSWORD = 'DJANGO_SUPERUSER_PASSWORD';
/** Takes them from its input, as an argument or a variable of a pod could be read by others, and becomes what comes after it. */
const WITH_FIELDS = 'import json, os, sys; os.environ.update(json.load(sys.stdin)); os.execvp(sys.argv[1], sys.argv[1:])';

/** What the variables say, and the password from the first line of the input where they do not. */
async function fields(input: NodeJS.ReadableStream, variables: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const given = Object.entries(variables).flatMap(([name, value]) => (FIELD.test(name) && value !== undefined ? [[name, value]] : []));
  const found = Object.fromEntries(given) as Record<string, string>;
  const password = found[PASSWORD] ?? (await text(input)).split('\n')[0] ?? '';
  if (password === '')
    throw new CommandError(
      `there is no terminal to ask for the password in: give it as ${PASSWORD}, or as a line of the input`,
      EXIT.usage,
    );
  return { ...found, [PASSWORD]: password };
}

/**
 * Asks for what is missing in a terminal; without one, or with the password in DJANGO_SUPERUSER_PASSWORD, asks for nothing.
 * @returns the exit code of Django's command
 * @throws CommandError when there is neither a terminal nor a password, or Django refuses them
 */
export async function createsuperuser(
  name: string | undefined,
  { username, email, ...options }: SuperuserOptions = {},
  root = ROOT,
  asked?: Acting,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<number> {
  const { config } = environmentNamed(name, root);
  const kubectl = asked ?? new Kubectl(config.namespace);
  const who = Object.entries({ username, email }).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, value]));
  const command = manage('createsuperuser', ...who);
  if (hasTerminal() && !process.env[PASSWORD]) return runIn(kubectl, await placeIn(kubectl, config, 'gunicorn'), command, options);
  const args = (place: Awaited<ReturnType<typeof placeIn>>) =>
    execArguments(place, ['python3', '-c', WITH_FIELDS, ...command, '--noinput']);
  if (options.dryRun) {
    tell(kubectl.command(args(await placeIn(kubectl, config, 'gunicorn'))));
    return EXIT.done;
  }
  const given = await fields(input, process.env);
  await kubectl.run(args(await placeIn(kubectl, config, 'gunicorn')), { input: JSON.stringify(given), tell });
  return EXIT.done;
}

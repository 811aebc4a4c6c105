/** What every command has in common: its shape, its errors and its exit codes. */
import { loadEnvironments, type Environment } from '../config/load';
import { ConfigError } from '../config/problems';

/** Folder that holds `environments/`, `secrets/` and `dist/`: npm runs every command in that of package.json. */
export const ROOT = process.cwd();

/** Exit codes: 0 done, 1 something is wrong with what was found, 2 the command was called wrongly. */
export const EXIT = { done: 0, wrong: 1, usage: 2 } as const;

export const tell = (line: string) => console.log(line);

/** Ends a command with lines for the person who called it. */
export class CommandError extends Error {
  public constructor(
    message: string,
    public readonly exitCode: number = EXIT.wrong,
  ) {
    super(message);
  }
}

/**
 * The environment of that name.
 * @throws CommandError that names the environments there are
 */
export function environmentNamed(name: string | undefined, root = ROOT): Environment {
  const environments = loadEnvironments(root);
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const problem = name === undefined ? 'the name of an environment is missing' : `there is no environment "${name}"`;
  throw new CommandError(`${problem}; there are: ${environments.map((one) => one.name).join(', ')}`, EXIT.usage);
}

/** Runs a command, and ends the process with its exit code; says known errors in a line or more, and shows unknown ones whole. */
export async function run(command: () => Promise<void> | void): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof CommandError ? error.exitCode : EXIT.wrong;
  }
}

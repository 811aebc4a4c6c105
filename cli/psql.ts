/** `npm run psql <environment>`: the database, in a role that can do no more than one means to. */
import { databaseRoles } from '../config/database-roles';
import type { Config } from '../config/resolve';
import { administratorOf, asAdministrator } from './as-administrator';
import { CommandError, environmentNamed, ROOT } from './command';
import { placeIn, runIn, type ExecOptions } from './exec';
import { Kubectl, type Acting } from './kubectl';

/** Who one can be. Source: docs/secrets.md, "Who is who in the database". */
export const ROLES = ['app', 'owner', 'backup', 'administrator'] as const;

export interface PsqlOptions extends ExecOptions {
  /** @default app */
  readonly role?: (typeof ROLES)[number];
}

/** What makes every session begin in that role: a guard for hands, as whoever may run a command in that pod may do everything. */
const beginning = ({ postgres }: Config, role: NonNullable<PsqlOptions['role']>) =>
  role === 'administrator' ? undefined : `PGOPTIONS=-c role=${databaseRoles(postgres.user)[role]}`;

/**
 * psql in the pod of the server; of several, of the one that writes.
 * @param words of its own command line
 * @returns its exit code
 * @throws CommandError when somebody else runs the server, with what to run instead; or its pod is not ready
 */
export async function psql(
  name: string | undefined,
  words: readonly string[] = [],
  { role = 'app', ...options }: PsqlOptions = {},
  root = ROOT,
  asked?: Acting,
): Promise<number> {
  const { config } = environmentNamed(name, root);
  const { database, external } = config.postgres;
  const variable = beginning(config, role);
  if (external) {
    const before = variable === undefined ? '' : `${variable.replace(/=(.*)/, "='$1'")} `;
    const command = `${before}${asAdministrator(config, 'psql', `-d ${database}`)}`;
    throw new CommandError(`postgres.kind is external: no pod of the release has that server. From where it is reached:\n${command}`);
  }
  const kubectl = asked ?? new Kubectl(config.namespace);
  const { service, user } = administratorOf(config);
  const { pod, container } = await placeIn(kubectl, config, 'postgres');
  const program = [...(variable === undefined ? [] : ['env', variable]), 'psql', '-U', user, '-d', database, ...words];
  return runIn(kubectl, { pod: service ?? pod, container }, program, options);
}

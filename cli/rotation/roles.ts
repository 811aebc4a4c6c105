import { databaseRoles } from '../../config/database-roles';
import { POSTGRES_USER, roleContracts } from '../../constructs/secrets';
import { lastStop } from '../../constructs/timing';
import { asAdministrator } from '../as-administrator';
import { restart, restartApplication } from './commands';
import { beforePath, newPassword, unfinished } from './passwords';
import type { Rotated, Rotation } from './rotation';

/**
 * The passwords of all roles of the database. The application gets its other login: the one of before goes on to work, for pods that
 * have it, and is closed when the last of them has ended.
 */
export function rolesRotation({ config, contracts, values, folders }: Rotated): Rotation {
  const secrets = roleContracts(contracts);
  const app = contracts['postgres-app'];
  const paths = secrets.flatMap((contract) => contract.keys.map((key) => values.path(contract, key)));
  const [first, second] = databaseRoles(config.postgres.user).appLogins;
  const other = () => (values.text(app, POSTGRES_USER) === first ? second : first);
  const { namespace, migrate, postgres } = config;
  const job = '-l app.kubernetes.io/component=migrate';
  return {
    needed: paths,
    problems: () => unfinished(paths),
    write: () => {
      values.replace(app, POSTGRES_USER, other(), beforePath(values, app, POSTGRES_USER));
      for (const contract of secrets) newPassword(values, contract);
    },
    commands: () => [
      `kubectl apply -f ${folders.secrets}`,
      `kubectl -n ${namespace} delete job ${job} --ignore-not-found`,
      `kubectl apply -f ${folders.dist}`,
      `kubectl -n ${namespace} wait --for=condition=complete job ${job} --timeout=${migrate.deadline}s`,
      // From then on all its pods know both logins. That of CloudNativePG asks the database.
      ...(postgres.pooler && !postgres.cloudNativePg ? restart(config, 'pooler') : []),
      ...restartApplication(config),
      ...(postgres.metrics ? restart(config, 'monitor') : []),
      // The last of the old pods has ended by then.
      `sleep ${lastStop(config)}`,
      asAdministrator(config, 'psql', `-d ${postgres.database} -c 'ALTER ROLE ${other()} NOLOGIN'`),
      `rm ${secrets.flatMap((contract) => contract.keys.map((key) => `${folders.secrets}/${contract.id}/${key}.before`)).join(' ')}`,
    ],
  };
}

/** Makes the roles of the database, in whatever pod it runs. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { clientVariables, tlsMounts, type Database } from './database';
import * as pod from './pod';
import { programContainer } from './program';
import { DATABASE_ROLES, roleContracts, SECRETS_DIRECTORY, type SecretContract, type SecretContracts } from './secrets';

/** What the container needs. */
export interface RolesProps {
  /** Official image of the server's own major. */
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly extensions: Config['postgres']['extensions'];
  readonly database: Database;
  readonly secrets: SecretContracts;
  /** Longest time to wait for the server, or for a lock that somebody holds. Seconds. */
  readonly wait: number;
  readonly resources: Config['migrate']['resources'];
}

/** What the container runs, which stands in `runtime`. */
export const ROLES_PROGRAMS = ['roles.sh', 'program.sh', 'roles.sql', 'rights.sql'] as const;

/** Secrets whose volumes the container expects, besides `runtime`, those of TLS and `tmp`: the administrator's, and that of each role. */
export const rolesSecrets = (secrets: SecretContracts): SecretContract[] => [secrets.postgres, ...roleContracts(secrets)];

/** A container that makes the roles, gives each its rights and the password of its Secret, and makes the extensions. */
export function rolesContainer({ image, imagePullPolicy, extensions, database, secrets, wait, resources }: RolesProps): k8s.Container {
  const { roles, administrator } = database;
  return programContainer({
    name: 'roles',
    image,
    imagePullPolicy,
    env: {
      ...clientVariables(database, administrator),
      ...Object.fromEntries(DATABASE_ROLES.map((role) => [`${role.toUpperCase()}_ROLE`, roles[role]])),
      MONITOR_ROLE: roles.monitor,
      APP_LOGINS: roles.appLogins.join(' '),
      EXTENSIONS: extensions.join(','),
      WAIT_SECONDS: `${wait}`,
    },
    resources,
    volumeMounts: [
      pod.secretMount(secrets.postgres),
      ...roleContracts(secrets).map((secret) => pod.secretMount(secret, `${SECRETS_DIRECTORY}/${secret.id}`)),
      ...tlsMounts(database),
      { name: 'tmp', mountPath: pod.TMP },
    ],
  });
}

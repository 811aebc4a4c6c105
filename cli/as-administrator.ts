import type { Config } from '../config/resolve';
import { writer } from '../constructs/cloudnative-pg/components';

/** Whom the socket in its pods lets in without a password. Source: CloudNativePG, "The pg_hba section". */
const SUPERUSER = 'postgres';

/** Who needs no password in the pod of the server, and the Service that leads there where it is not always the same. */
export const administratorOf = ({ postgres: { user, cloudNativePg } }: Config): { readonly service?: string; readonly user: string } =>
  cloudNativePg ? { service: `svc/${writer(cloudNativePg)}`, user: SUPERUSER } : { user };

/**
 * A program of Postgres as the administrator: in the pod of the server, of those of an operator the one that writes, where it needs no
 * password; or against the server that somebody else runs, from where that is reached.
 * @param options - of `kubectl exec`
 */
export function asAdministrator(config: Config, program: string, rest: string, options: '' | '-i ' | '-it ' = '') {
  const { release, namespace, postgres } = config;
  const { external } = postgres;
  if (external) return `${program} -h ${external.host} -p ${external.port} -U ${postgres.user} ${rest}`;
  const { service, user } = administratorOf(config);
  const pod = service === undefined ? `${release}-postgres-0` : `${service} -c postgres`;
  return `kubectl -n ${namespace} exec ${options}${pod} -- ${program} -U ${user} ${rest}`;
}

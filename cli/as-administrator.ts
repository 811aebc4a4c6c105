import type { Config } from '../config/resolve';
import { writer } from '../constructs/cloudnative-pg/components';

/** Whom the socket in its pods lets in without a password. Source: CloudNativePG, "The pg_hba section". */
const SUPERUSER = 'postgres';

/**
 * A program of Postgres as the administrator: in the pod of the server, of those of an operator the one that writes, where it needs no
 * password; or against the server that somebody else runs, from where that is reached.
 * @param options - of `kubectl exec`
 */
export function asAdministrator(
  { release, namespace, postgres }: Config,
  program: string,
  rest: string,
  options: '' | '-i ' | '-it ' = '',
) {
  const { user, external, cloudNativePg } = postgres;
  if (external) return `${program} -h ${external.host} -p ${external.port} -U ${user} ${rest}`;
  const [pod, name] = cloudNativePg ? [`svc/${writer(cloudNativePg)} -c postgres`, SUPERUSER] : [`${release}-postgres-0`, user];
  return `kubectl -n ${namespace} exec ${options}${pod} -- ${program} -U ${name} ${rest}`;
}

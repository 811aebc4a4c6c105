import { POSTGRES_PASSWORD } from '../../constructs/secrets';
import { asAdministrator } from '../as-administrator';
import { newPassword, unfinished } from './passwords';
import type { Rotated, Rotation } from './rotation';

/** The password of the administrator, which no program of a pod holds but the one that makes roles, when it runs. */
export function administratorRotation({ config, contracts: { postgres }, values, folders }: Rotated): Rotation {
  const path = values.path(postgres, POSTGRES_PASSWORD);
  const file = `${folders.secrets}/${postgres.id}/${POSTGRES_PASSWORD}`;
  const { database, external, cloudNativePg } = config.postgres;
  const inServer = asAdministrator(config, 'setsid --wait psql', `-d ${database} -c '\\password'`, '-i ');
  const ofOthers = `Secret ${postgres.name} is somebody else's, as its server is: change the password where both were made`;
  return {
    needed: external ? [] : [path],
    problems: () => (external ? [ofOthers] : unfinished([path])),
    write: () => newPassword(values, postgres),
    commands: () => [
      // psql asks twice, and sends no more than a hash. The operator does it by itself.
      ...(cloudNativePg ? [] : [`awk 1 ${file} ${file} | ${inServer}`]),
      `kubectl apply -f ${folders.secrets}`,
      `rm ${file}.before`,
    ],
  };
}

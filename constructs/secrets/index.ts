/**
 * The key contract: which Secrets the stack refers to, with which keys, and where a pod finds them. Synth never sees a value.
 */
import { everyGunicorn } from '../../config/gunicorn';
import type { Config } from '../../config/resolve';
import { DJANGO_SECRET_KEY, DJANGO_SECRET_KEY_FALLBACKS, SECRETS_DIRECTORY, type SecretContract } from './contract';
import { ofFront } from './front';
import { archiveSecret, offsiteDrillSecret, offsiteSecret } from './buckets';
import { ofDatabase } from './postgres';

export * from './contract';
export { certificateFolder, CLIENT_CA_FILE, passwordFile } from './front';
export { archiveSecret, offsiteDrillSecret, offsiteSecret, PRIVATE_KEY } from './buckets';
export { DATABASE_ROLES, monitorSecret, poolerSecret, roleContracts, type DatabaseRole } from './postgres';

/** By id. */
export type SecretContracts = Readonly<Record<'django', SecretContract>> & ReturnType<typeof ofDatabase> & ReturnType<typeof ofFront>;

/** Every Secret of an environment. */
export function secretContracts(config: Config): SecretContracts {
  const { release, django, offsite, postgres } = config;
  return {
    django: {
      id: 'django',
      name: `${release}-django`,
      type: 'Opaque',
      keys: [DJANGO_SECRET_KEY, DJANGO_SECRET_KEY_FALLBACKS, ...django.secrets],
      readers: [...everyGunicorn(config).map(({ name }) => name), 'migrate'],
      directory: `${SECRETS_DIRECTORY}/django`,
      existing: false,
    },
    ...ofDatabase(config),
    ...ofFront(config),
    ...(postgres.cloudNativePg?.archive && { archive: archiveSecret(release) }),
    ...(offsite && { offsite: offsiteSecret(release) }),
    ...(offsite?.drill && { 'offsite-drill': offsiteDrillSecret(offsite.drill.secretName) }),
  };
}

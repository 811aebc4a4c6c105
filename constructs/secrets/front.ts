/** Secrets of the front. */
import type { Config } from '../../config/resolve';
import { AUTHORITY, HTPASSWD, SECRETS_DIRECTORY, TLS_CERTIFICATE, TLS_KEY, type ContractsById, type SecretContract } from './contract';

/** Below `SECRETS_DIRECTORY`, by the names of Secrets: Nginx may have several of these. */
export const certificateFolder = (secretName: string) => `certificates/${secretName}`;
const passwordFolder = (secretName: string) => `htpasswd/${secretName}`;
const CLIENT_CA_FOLDER = 'client-ca';

/** Files that Nginx reads. */
export const passwordFile = (secretName: string) => `${SECRETS_DIRECTORY}/${passwordFolder(secretName)}/${HTPASSWD}`;
export const CLIENT_CA_FILE = `${SECRETS_DIRECTORY}/${CLIENT_CA_FOLDER}/${AUTHORITY}`;

const ofNginx = (contract: Pick<SecretContract, 'id' | 'name' | 'keys' | 'existing'>, folder: string): SecretContract => ({
  type: contract.keys.includes(TLS_KEY) ? 'kubernetes.io/tls' : 'Opaque',
  readers: ['nginx'],
  directory: `${SECRETS_DIRECTORY}/${folder}`,
  ...contract,
});

/** What the front needs: its first certificate, and more where it is asked for. */
export function ofFront({ release, nginx: { tls, access, locations } }: Config): Readonly<Record<'tls', SecretContract>> & ContractsById {
  const passwords = [access, ...locations.map((one) => one.access)].flatMap((one) => one?.basicAuth?.secretName ?? []);
  const [own, ca] = [`${release}-htpasswd`, tls.clientCa];
  const further = [
    ...tls.certificates.map(({ secretName: name }, index) =>
      ofNginx({ id: `tls-${index + 1}`, name, keys: [TLS_CERTIFICATE, TLS_KEY], existing: true }, certificateFolder(name)),
    ),
    ...(ca === undefined ? [] : [ofNginx({ id: 'client-ca', name: ca, keys: [AUTHORITY], existing: true }, CLIENT_CA_FOLDER)]),
    ...[...new Set(passwords)].map((name, index) =>
      ofNginx(
        { id: name === own ? HTPASSWD : `htpasswd-${index + 1}`, name, keys: [HTPASSWD], existing: name !== own },
        passwordFolder(name),
      ),
    ),
  ];
  return {
    tls: ofNginx({ id: 'tls', name: tls.secretName, keys: [TLS_CERTIFICATE, TLS_KEY], existing: tls.existing }, 'tls'),
    ...Object.fromEntries(further.map((contract) => [contract.id, contract])),
  };
}

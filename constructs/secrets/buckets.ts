/** Secrets of what speaks to a bucket. */
import { ACCESS_KEY_ID, SECRET_ACCESS_KEY, SECRETS_DIRECTORY, type SecretContract } from './contract';

/** Name of the key: what decrypts copies of backups, in OpenPGP, without a passphrase. */
export const PRIVATE_KEY = 'PRIVATE_KEY';
/** For the one who asks the bucket, be it to write or to read. */
const OFFSITE_DIRECTORY = `${SECRETS_DIRECTORY}/offsite`;

/** Credentials that may put into the bucket. */
export const offsiteSecret = (release: string): SecretContract => ({
  id: 'offsite',
  name: `${release}-offsite`,
  type: 'Opaque',
  keys: [ACCESS_KEY_ID, SECRET_ACCESS_KEY],
  readers: ['offsite'],
  directory: OFFSITE_DIRECTORY,
  existing: false,
});

/** Credentials that may read the bucket, and what decrypts its content. */
export const offsiteDrillSecret = (name: string): SecretContract => ({
  id: 'offsite-drill',
  name,
  type: 'Opaque',
  keys: [ACCESS_KEY_ID, SECRET_ACCESS_KEY, PRIVATE_KEY],
  readers: ['offsite-drill'],
  directory: OFFSITE_DIRECTORY,
  existing: true,
});

/** Credentials for the bucket that CloudNativePG archives to. */
export const archiveSecret = (release: string): SecretContract => ({
  id: 'archive',
  name: `${release}-archive`,
  type: 'Opaque',
  keys: [ACCESS_KEY_ID, SECRET_ACCESS_KEY],
  readers: [],
  directory: `${SECRETS_DIRECTORY}/archive`,
  existing: false,
});

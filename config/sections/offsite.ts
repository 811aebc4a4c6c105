import { z } from 'zod';
import { cidr, image, objectName } from '../names';
import { listOf, must, section, text, type Meta } from '../types';
import { address, bucket, folder } from './bucket';
import { resources } from './resources';
import { schedule } from './schedule';

const BLOCK = /^-----BEGIN PGP (\w+) KEY BLOCK-----\n[\s\S]*\n-----END PGP \1 KEY BLOCK-----\s*$/;
const KEY_EXPECTED = 'a public key of OpenPGP, whole, as `gpg --armor --export` writes it';

/** No message repeats what stands there. */
const publicKey = z
  .string(must(KEY_EXPECTED))
  .superRefine((key, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', input: {}, message });
    if (key.includes('PRIVATE KEY')) refuse(`must be ${KEY_EXPECTED}, and not the private one: keep that out of this file and of Git`);
    else if (BLOCK.exec(key)?.[1] !== 'PUBLIC') refuse(`must be ${KEY_EXPECTED}`);
  })
  .meta({ description: 'Key that backups are encrypted to; without its private half nobody reads them.', expected: KEY_EXPECTED });

/** The CronJob that copies dumps out of the cluster. */
export const offsite = section({
  endpoint: address(),
  region: text('the name of a region, such as eu-central-1', /^[A-Za-z0-9-]+$/)
    .default('us-east-1')
    .meta({ description: 'Its region; a server that has none takes the default.' } satisfies Meta),
  bucket: bucket(),
  prefix: folder(),
  publicKey,
  addresses: listOf(cidr(), 'ranges of addresses')
    .min(1, { error: 'must name at least one range' })
    .optional()
    .meta({ description: 'Where the server may be found, for the network policy.', derivedDefault: 'the internet' } satisfies Meta),
  ...schedule(
    '30 * * * *',
    'When dumps are copied that the bucket does not hold.',
    '6h',
    'Time for one run; the next one goes on with what is left.',
  ),
  drill: section({
    secretName: objectName().meta({
      description: 'Secret that is there already: `ACCESS_KEY_ID` and `SECRET_ACCESS_KEY` of who may read the bucket, and `PRIVATE_KEY`.',
    } satisfies Meta),
    ...schedule(
      '0 5 * * 3',
      'When the newest copy is fetched, decrypted and restored, with the room and resources of `drill`.',
      '4h',
      'Time for one.',
    ),
  })
    .optional()
    .meta({ description: 'Drills with what is in the bucket. Whoever gets at the Secret reads every copy.' }),
  image: image()
    .default('docker.io/rclone/rclone:1.74.4')
    .meta({ description: 'Image that rclone and the certificates of authorities are taken from.' } satisfies Meta),
  resources: resources('each of its containers', {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '512Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
  }),
});

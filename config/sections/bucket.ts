/** Where a folder of a bucket is, for whatever speaks to it. */
import { must, text, type Meta } from '../types';

const ADDRESS_EXPECTED = 'an address such as https://s3.eu-central-1.amazonaws.com';

export const address = () =>
  text(ADDRESS_EXPECTED, /^https?:\/\/[A-Za-z0-9][-A-Za-z0-9.]*(?::[1-9]\d*)?$/)
    .refine((one) => URL.canParse(one), must(ADDRESS_EXPECTED))
    .meta({ description: 'Address of the S3 server.' } satisfies Meta);

export const bucket = () =>
  text('the name of a bucket: 3 to 63 lower-case letters, digits, "-" and "."', /^[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]$/).meta({
    description: 'Bucket, which is there already.',
  } satisfies Meta);

export const folder = () =>
  text('a folder such as shop-prod or backups/shop', /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/)
    .optional()
    .meta({ description: 'Folder in the bucket, which belongs to this release alone.', derivedDefault: '`namespace`' } satisfies Meta);

/** The way to the bucket that holds copies of backups. */
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import * as pod from './pod';

type Settings = NonNullable<Config['offsite']>;

/** Where it is, for `runtime/bucket.sh`. */
export const bucketVariables = ({ endpoint, region, bucket, prefix }: Settings) => ({
  ENDPOINT: endpoint,
  REGION: region,
  BUCKET: bucket,
  PREFIX: prefix,
});

/** File of the key that its content is encrypted to. */
export const PUBLIC_KEY = 'public-key.asc';

/** What one image has and that of Postgres lacks. Source: rclone's Dockerfile. */
const RCLONE = '/usr/local/bin/rclone';
const AUTHORITIES = 'ca-certificates.crt';
const TOOLS = '/tools';
const TOOLS_BYTES = 256 * 1024 ** 2;

const volume = pod.scratch('tools', TOOLS_BYTES);

/** rclone, brought to where bash and gpg are. */
export const tools = {
  volume,
  mount: pod.readOnly(volume, TOOLS),
  variables: { TOOLS_DIRECTORY: TOOLS, SSL_CERT_FILE: `${TOOLS}/${AUTHORITIES}` },

  /** The container that brings it. */
  container: (settings: Settings, imagePullPolicy: string): k8s.Container => ({
    name: 'rclone',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    command: ['cp', RCLONE, `/etc/ssl/certs/${AUTHORITIES}`, TOOLS],
    resources: pod.resourceRequirements(settings.resources),
    volumeMounts: [pod.mount(volume, TOOLS)],
  }),
};

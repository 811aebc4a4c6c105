import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CloudNativePg } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import * as pod from '../pod';
import { ACCESS_KEY_ID, SECRET_ACCESS_KEY, type SecretContract } from '../secrets';
import { API, BARMAN_CLOUD } from './components';

/** Ends the names of what archives. */
export const ARCHIVE = 'archive';

/** Segments that are sent at a time. */
const PARALLEL = 4;
/** Servers other than Amazon's refuse checksums that newer clients send. Source: plugin-barman-cloud, "Object stores". */
const ENVIRONMENT = { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required', AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required' };

/** A bucket for the write-ahead log, and when the whole server is copied there. */
export function archive(
  scope: Construct,
  component: Component,
  { endpoint, bucket, prefix, schedule, days, resources }: NonNullable<CloudNativePg['archive']>,
  { name }: SecretContract,
): void {
  const metadata = component.metadata({ suffix: ARCHIVE });
  const compression = 'gzip';
  new ApiObject(scope, 'object-store', {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata,
    spec: {
      configuration: {
        destinationPath: `s3://${bucket}/${prefix}`,
        endpointURL: endpoint,
        s3Credentials: { accessKeyId: { name, key: ACCESS_KEY_ID }, secretAccessKey: { name, key: SECRET_ACCESS_KEY } },
        wal: { compression, maxParallel: PARALLEL },
        data: { compression },
      },
      retentionPolicy: `${days}d`,
      instanceSidecarConfiguration: {
        env: pod.environment(ENVIRONMENT),
        resources: k8s.toJson_ResourceRequirements(pod.resourceRequirements(resources)),
      },
    },
  });
  new ApiObject(scope, 'scheduled-backup', {
    apiVersion: API,
    kind: 'ScheduledBackup',
    metadata,
    spec: {
      cluster: { name: component.name },
      // It counts seconds too.
      schedule: schedule.startsWith('@') ? schedule : `0 ${schedule}`,
      // Without a copy to begin with, the log alone recovers nothing.
      immediate: true,
      method: 'plugin',
      pluginConfiguration: { name: BARMAN_CLOUD },
    },
  });
}

import { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import type { Component } from './component';
import { tlsMounts, tlsVariables, tlsVolumes, type Database } from './database';
import { deployment } from './deployment';
import { exporterContainer, metrics } from './metrics';
import * as pod from './pod';
import { POSTGRES_PASSWORD, type SecretContract } from './secrets';
import { serviceAccount } from './service-account';

/** Properties of `Monitor`. */
export interface MonitorProps {
  readonly component: Component;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly settings: NonNullable<Config['postgres']['metrics']>;
  readonly database: Database;
  readonly secret: SecretContract;
}

/** Where Prometheus reads the counters. */
export const EXPORTER_PORT = { name: 'metrics', containerPort: 9187 } as const;

/** Hands statistics of the database to Prometheus, from a pod of its own: that of the database is not restarted for it. */
export class Monitor extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitorProps,
  ) {
    super(scope, id);
    const { component, settings } = props;
    const serviceAccountName = serviceAccount(this, component);
    deployment(this, { component, replicas: 1, podSpec: this.podSpec(serviceAccountName) });
    metrics(this, component, EXPORTER_PORT, settings.serviceMonitor);
  }

  private podSpec(serviceAccountName: string): k8s.PodSpec {
    const { imagePullSecrets, secret, database } = this.props;
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      containers: [this.container([pod.secretMount(secret), ...tlsMounts(database)])],
      volumes: [pod.secretVolume(secret), ...tlsVolumes(database)],
    };
  }

  private container(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, imagePullPolicy, database, secret } = this.props;
    const { PGSSLMODE: mode = 'disable', PGSSLROOTCERT: authority } = tlsVariables(database);
    const tls = `sslmode=${mode}${authority === undefined ? '' : `&sslrootcert=${authority}`}`;
    const env = pod.environment({
      DATA_SOURCE_URI: `${database.host}:${database.port}/${database.name}?${tls}`,
      DATA_SOURCE_USER: database.roles.monitor,
      DATA_SOURCE_PASS_FILE: `${secret.directory}/${POSTGRES_PASSWORD}`,
    });
    return exporterContainer({ settings, imagePullPolicy, port: EXPORTER_PORT, own: { env, volumeMounts } });
  }
}

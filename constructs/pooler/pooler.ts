import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import { certificate } from '../certificate';
import type { Component } from '../component';
import { ConfigFiles } from '../config-files';
import { tlsMounts, tlsVolumes } from '../database';
import { deployment } from '../deployment';
import { oneAtATime } from '../disruption-budget';
import * as pod from '../pod';
import { RUNTIME_DIRECTORY, runtimeFiles, runtimePath } from '../runtime-files';
import { serviceAccount } from '../service-account';
import { CONNECTION_AGE, DRAIN, stopTime } from '../timing';
import { ini, type IniProps } from './ini';
import { POOLER_PORT } from './port';

type Settings = NonNullable<Config['postgres']['pooler']>;

/** Properties of `Pooler`. */
export interface PoolerProps extends Omit<IniProps, 'poolSize'> {
  readonly component: Component;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly settings: Settings;
  /** Issuer of its certificate.
   * @default - the Secret is made by `npm run secrets` */
  readonly issuer?: Config['postgres']['tls']['issuer'];
}

const PROGRAM = 'pooler.sh';
const INI = 'pgbouncer.ini';

/** Lends the connections to the database: PgBouncer, in front of whatever Postgres there is, for the application alone. */
export class Pooler extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: PoolerProps,
  ) {
    super(scope, id);
    const { component, settings } = props;
    const serviceAccountName = serviceAccount(this, component);
    const runtime = new ConfigFiles(this, 'runtime', {
      component,
      text: { ...runtimeFiles(PROGRAM), [INI]: ini({ ...props, poolSize: settings.poolSize }) },
    });
    this.service();
    deployment(this, { component, replicas: settings.replicas, podSpec: this.podSpec(serviceAccountName, runtime.name) });
    oneAtATime(this, component, settings.replicas);
    if (props.certificate) {
      certificate(this, component, { issuer: props.issuer, secretName: props.certificate.name, dnsNames: settings.hosts });
    }
  }

  private service() {
    new k8s.KubeService(this, 'service', {
      metadata: this.props.component.metadata(),
      spec: {
        selector: { ...this.props.component.selectorLabels },
        ports: [{ name: POOLER_PORT.name, port: POOLER_PORT.containerPort, targetPort: k8s.IntOrString.fromString(POOLER_PORT.name) }],
      },
    });
  }

  private podSpec(serviceAccountName: string, runtime: string): k8s.PodSpec {
    const { component, imagePullSecrets, database, users, certificate: own } = this.props;
    const files = pod.configVolume('runtime', runtime);
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(component.selectorLabels);
    const secrets = [users, ...(own ? [own] : [])];
    return {
      serviceAccountName,
      ...pod.restrictedPod,
      imagePullSecrets: pod.pullSecrets(imagePullSecrets),
      affinity: { podAntiAffinity },
      topologySpreadConstraints,
      terminationGracePeriodSeconds: stopTime(this.grace),
      containers: [
        this.container([
          pod.readOnly(files, RUNTIME_DIRECTORY),
          ...secrets.map((secret) => pod.secretMount(secret)),
          ...tlsMounts(database),
        ]),
      ],
      volumes: [files, ...secrets.map(pod.secretVolume), ...tlsVolumes(database)],
    };
  }

  /** By then every connection of the application is too old for another request, and the last request has ended. Seconds. */
  private get grace(): number {
    return CONNECTION_AGE + this.props.timeout;
  }

  private container(volumeMounts: k8s.VolumeMount[]): k8s.Container {
    const { settings, imagePullPolicy, users, certificate: own, database } = this.props;
    const directories = [users, ...(own ? [own] : []), ...(database.certificate ? [database.certificate] : [])];
    const probe = { tcpSocket: { port: k8s.IntOrString.fromString(POOLER_PORT.name) }, timeoutSeconds: 3 };
    return {
      name: 'pooler',
      image: settings.image,
      imagePullPolicy,
      ...pod.restrictedContainer,
      command: ['sh', runtimePath(PROGRAM), runtimePath(INI), ...directories.map(({ directory }) => directory)],
      env: pod.environment({ LISTEN_PORT: `${POOLER_PORT.containerPort}`, DRAIN: `${DRAIN}`, STOP: `${DRAIN + this.grace}` }),
      ports: [POOLER_PORT],
      resources: pod.resourceRequirements(settings.resources),
      startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts,
    };
  }
}

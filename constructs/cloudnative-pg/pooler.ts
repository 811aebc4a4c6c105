import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import { oneAtATime } from '../disruption-budget';
import * as pod from '../pod';
import { limits, type Limits } from '../pooler/limits';
import { CONNECTION_AGE, stopTime } from '../timing';
import { API } from './components';

/** Properties of `CloudNativePgPooler`. */
export interface CloudNativePgPoolerProps extends Omit<Limits, 'poolSize'> {
  readonly component: Component;
  readonly settings: NonNullable<Config['postgres']['pooler']>;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  /** The `Cluster` before which it stands. */
  readonly cluster: string;
}

/** The container that the operator runs PgBouncer in. Source: CloudNativePG, "Connection pooling". */
const CONTAINER = 'pgbouncer';

/** Lends the connections to the database: PgBouncer, as the operator runs it, which asks the database for passwords. */
export class CloudNativePgPooler extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: CloudNativePgPoolerProps,
  ) {
    super(scope, id);
    const { component, settings, cluster: name } = props;
    const { image, replicas, poolSize } = settings;
    const parameters = Object.fromEntries(Object.entries(limits({ ...props, poolSize })).map(([key, value]) => [key, `${value}`]));
    new ApiObject(this, 'pooler', {
      apiVersion: API,
      kind: 'Pooler',
      metadata: component.metadata(),
      spec: {
        cluster: { name },
        type: 'rw',
        instances: replicas,
        pgbouncer: { image, poolMode: 'transaction', parameters },
        deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: this.template(),
      },
    });
    oneAtATime(this, component, replicas);
  }

  private template() {
    const { component, settings, timeout, imagePullPolicy, imagePullSecrets } = this.props;
    const { podAntiAffinity, topologySpreadConstraints } = pod.spread(component.selectorLabels);
    return k8s.toJson_PodTemplateSpec({
      metadata: { labels: { ...component.labels } },
      spec: {
        imagePullSecrets: pod.pullSecrets(imagePullSecrets),
        affinity: { podAntiAffinity },
        topologySpreadConstraints,
        terminationGracePeriodSeconds: stopTime(CONNECTION_AGE + timeout),
        containers: [{ name: CONTAINER, imagePullPolicy, resources: pod.resourceRequirements(settings.resources) }],
      },
    });
  }
}

/** What lets Prometheus read the counters of a component. */
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import type { Component } from './component';
import * as pod from './pod';

type Settings = NonNullable<Config['nginx' | 'postgres']['metrics']>;

interface Port {
  readonly name: string;
  readonly containerPort: number;
}

export interface ExporterProps {
  readonly settings: Settings;
  readonly imagePullPolicy: string;
  readonly port: Port;
  /** The rest follows from these; to `args` is added where it listens. */
  readonly own: Pick<k8s.Container, 'args' | 'env' | 'volumeMounts'>;
}

/** The container that hands the counters on. */
export function exporterContainer({ settings, imagePullPolicy, port, own }: ExporterProps): k8s.Container {
  const tcpSocket = { port: k8s.IntOrString.fromString(port.name) };
  // Its page, not its metrics, which ask what it watches: that this is down is what it is to tell.
  const httpGet = { path: '/', ...tcpSocket };
  return {
    name: 'exporter',
    image: settings.image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    ...own,
    args: [...(own.args ?? []), `--web.listen-address=:${port.containerPort}`],
    ports: [port],
    resources: pod.resourceRequirements(settings.resources),
    // All are patient: a pod of the site whose exporter is not ready serves no requests.
    startupProbe: { httpGet, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { tcpSocket, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    livenessProbe: { httpGet, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

/** A Service of its own, as that of a component may be open to the world, and what tells Prometheus of it. */
export function metrics(scope: Construct, component: Component, port: Port, serviceMonitor: Settings['serviceMonitor']): void {
  const metadata = component.metadata({ suffix: 'metrics' });
  new k8s.KubeService(scope, 'metrics', {
    metadata,
    spec: {
      clusterIp: 'None',
      selector: { ...component.selectorLabels },
      ports: [{ name: port.name, port: port.containerPort, targetPort: k8s.IntOrString.fromString(port.name) }],
    },
  });
  if (serviceMonitor === false) return;
  const { labels, interval } = serviceMonitor;
  new ApiObject(scope, 'service-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { ...component.metadata({ last: true }), labels: { ...labels, ...metadata.labels } },
    spec: {
      // Another Service of the component has the same labels, but no port of that name.
      selector: { matchLabels: { ...component.selectorLabels } },
      endpoints: [{ port: port.name, interval: `${interval}s` }],
    },
  });
}

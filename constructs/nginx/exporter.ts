import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import * as pod from '../pod';
import { STATUS_URL } from './conf/status';

type Metrics = NonNullable<Config['nginx']['metrics']>;

/** Where Prometheus reads the counters. */
export const METRICS_PORT = { name: 'metrics', containerPort: 9113 } as const;

/** The container beside Nginx that hands its counters on. A plain one: Kubernetes before 1.29 knows no sidecars. */
export function exporter({ image, resources }: Metrics, imagePullPolicy: string): k8s.Container {
  const port = k8s.IntOrString.fromString(METRICS_PORT.name);
  return {
    name: 'exporter',
    image,
    imagePullPolicy,
    ...pod.restrictedContainer,
    args: [`--nginx.scrape-uri=${STATUS_URL}`, `--web.listen-address=:${METRICS_PORT.containerPort}`],
    ports: [METRICS_PORT],
    resources: pod.resourceRequirements(resources),
    // Its page, not its metrics, which ask Nginx. All are patient: a pod whose exporter is not ready serves no requests.
    startupProbe: { httpGet: { path: '/', port }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { tcpSocket: { port }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    livenessProbe: { httpGet: { path: '/', port }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

/** A Service of its own, as that of the site may be open to the world, and what tells Prometheus of it. */
export function metrics(scope: Construct, component: Component, { serviceMonitor }: Metrics): void {
  const metadata = component.metadata({ suffix: 'metrics' });
  new k8s.KubeService(scope, 'metrics', {
    metadata,
    spec: {
      clusterIp: 'None',
      selector: { ...component.selectorLabels },
      ports: [{ name: METRICS_PORT.name, port: METRICS_PORT.containerPort, targetPort: k8s.IntOrString.fromString(METRICS_PORT.name) }],
    },
  });
  if (serviceMonitor === false) return;
  const { labels, interval } = serviceMonitor;
  new ApiObject(scope, 'service-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { ...component.metadata({ last: true }), labels: { ...labels, ...metadata.labels } },
    spec: {
      // The Service of the site has the same labels, but no port of that name.
      selector: { matchLabels: { ...component.selectorLabels } },
      endpoints: [{ port: METRICS_PORT.name, interval: `${interval}s` }],
    },
  });
}

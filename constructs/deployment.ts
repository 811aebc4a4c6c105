/** Pods that serve, and are replaced one after another. */
import type { Construct } from 'constructs';
import { k8s } from '../imports';
import type { Component } from './component';

export interface DeploymentProps {
  readonly component: Component;
  /** @default - an autoscaler writes it */
  readonly replicas?: number;
  /** Pods that a release starts before it stops others: 1, or 0 where a new one finds no room beside an old one.
   * @default 1 */
  readonly surge?: number;
  /** Time after which a release that goes no further counts as failed. Seconds.
   * @default - that of Kubernetes, 600 */
  readonly progressDeadline?: number;
  readonly podSpec: k8s.PodSpec;
}

/** One pod at a time in a release, and the last three releases to go back to. */
export function deployment(scope: Construct, { component, replicas, surge = 1, progressDeadline, podSpec }: DeploymentProps): void {
  new k8s.KubeDeployment(scope, 'deployment', {
    metadata: component.metadata(),
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: progressDeadline,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(surge), maxUnavailable: k8s.IntOrString.fromNumber(1 - surge) },
      },
      selector: { matchLabels: { ...component.selectorLabels } },
      template: { metadata: { labels: { ...component.labels } }, spec: podSpec },
    },
  });
}

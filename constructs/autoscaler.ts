import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import { k8s } from '../imports';
import type { Component } from './component';

/** Bounds of the number of pods, and the use of CPU by which a HorizontalPodAutoscaler chooses, if one does. */
export type Replicas = Config['nginx']['replicas'];

/** `replicas` of a Deployment: none where an autoscaler writes it, as every `kubectl apply` would undo that. */
export const fixedReplicas = ({ min, cpu }: Replicas): number | undefined => (cpu === undefined ? min : undefined);

/** Chooses the number of pods by their use of CPU, all containers of a pod together; nothing where the number is fixed. */
export function autoscaler(scope: Construct, component: Component, { min, max, cpu: averageUtilization }: Replicas): void {
  if (averageUtilization === undefined) return;
  new k8s.KubeHorizontalPodAutoscalerV2(scope, 'autoscaler', {
    // Without a metrics API it is degraded for ever, which in an earlier wave would hold back all that follows.
    metadata: component.metadata({ last: true }),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: component.name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
    },
  });
}

import type { Construct } from 'constructs';
import { k8s } from '../imports';
import type { Component } from './component';

/** Lets a drain of nodes take one pod at a time. A single pod gets none: it would block every drain. */
export function disruptionBudget(scope: Construct, component: Component, replicas: number): void {
  if (replicas < 2) return;
  new k8s.KubePodDisruptionBudget(scope, 'disruption-budget', {
    metadata: component.metadata(),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...component.selectorLabels } },
    },
  });
}

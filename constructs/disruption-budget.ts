import type { Construct } from 'constructs';
import { k8s } from '../imports';
import type { Component } from './component';

/** What a drain of nodes does to the pods of a component; `maxUnavailable` is how many it may take at a time. */
export function disruptionBudget(scope: Construct, component: Component, maxUnavailable: number, description?: string): void {
  new k8s.KubePodDisruptionBudget(scope, 'disruption-budget', {
    metadata: component.metadata({ annotations: description === undefined ? {} : { 'kubernetes.io/description': description } }),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...component.selectorLabels } },
    },
  });
}

/** Lets a drain take one pod at a time. A single pod gets none: it would say nothing, as the drain may take that one. */
export function oneAtATime(scope: Construct, component: Component, replicas: number): void {
  if (replicas > 1) disruptionBudget(scope, component, 1);
}

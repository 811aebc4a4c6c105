import { ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Component } from './component';

/** Makes the component's own ServiceAccount, which has no token and no rights; returns its name. */
export function serviceAccount(scope: Construct, component: Component): string {
  return new ServiceAccount(scope, 'service-account', {
    automountToken: false,
    metadata: component.metadata({ first: true }),
  }).name;
}

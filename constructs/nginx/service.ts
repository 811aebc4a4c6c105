import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import { notEmpty } from '../empty';
import { PORTS } from './conf/settings';

/** The Service that clients, or what stands in front of the site, connect to. */
export function service(scope: Construct, component: Component, settings: Config['nginx']['service']): void {
  const port = (name: string, number: number, nodePort?: number) => ({
    name,
    port: number,
    nodePort,
    targetPort: k8s.IntOrString.fromString(name),
  });
  new k8s.KubeService(scope, 'service', {
    metadata: component.metadata({ annotations: settings.annotations }),
    spec: {
      type: settings.type,
      externalTrafficPolicy: settings.externalTrafficPolicy,
      loadBalancerClass: settings.loadBalancerClass,
      loadBalancerSourceRanges: notEmpty(settings.loadBalancerSourceRanges ?? []),
      selector: { ...component.selectorLabels },
      ports: [port(PORTS.http.name, settings.http, settings.httpNodePort), port(PORTS.https.name, settings.https, settings.httpsNodePort)],
    },
  });
}

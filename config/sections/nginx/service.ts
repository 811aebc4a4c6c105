import { z } from 'zod';
import { cidr, dnsLabel, labelKey, objectName } from '../../names';
import { listOf, must, oneOf, section, wholeNumber, type Meta } from '../../types';

const port = (number: number, what: string) =>
  wholeNumber(1, 65535)
    .default(number)
    .meta({ description: what } satisfies Meta);
const nodePort = (what: string) =>
  wholeNumber(30000, 32767)
    .optional()
    .meta({ description: what, derivedDefault: 'chosen by the cluster' } satisfies Meta);

const NODE_PORTS = ['httpNodePort', 'httpsNodePort'] as const;
const OF_LOAD_BALANCERS = ['loadBalancerClass', 'loadBalancerSourceRanges'] as const;

/** How the site is reached from outside. */
export const service = section({
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer')
    .default('ClusterIP')
    .meta({ description: 'How the site is reached from outside.' } satisfies Meta),
  http: port(80, 'Port for HTTP, which only redirects to HTTPS.'),
  https: port(443, 'Port for HTTPS, as clients name it.'),
  httpNodePort: nodePort('Port for HTTP on every node.'),
  httpsNodePort: nodePort('Port for HTTPS on every node.'),
  externalTrafficPolicy: oneOf('Cluster', 'Local')
    .optional()
    .meta({
      description: "`Local` keeps the client's address, and lets nodes without a pod of Nginx take no traffic.",
      derivedDefault: '`Local` for LoadBalancer, `Cluster` for NodePort',
    } satisfies Meta),
  loadBalancerClass: labelKey()
    .optional()
    .meta({ description: 'Implementation of the load balancer.', derivedDefault: "the cluster's own" } satisfies Meta),
  loadBalancerSourceRanges: listOf(cidr(), 'ranges of addresses')
    .optional()
    .meta({ description: 'Addresses that the load balancer lets through.', derivedDefault: 'all' } satisfies Meta),
  annotations: z
    .record(labelKey(), z.string(must('a text')), must('texts by name'))
    .default({})
    .meta({ description: 'Annotations of the Service, which load balancers of clouds read.', expected: 'texts by name' } satisfies Meta),
})
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (value.http === value.https) refuse('https', 'must differ from http');
    for (const name of [...NODE_PORTS, 'externalTrafficPolicy'] as const) {
      if (value[name] !== undefined && value.type === 'ClusterIP') refuse(name, 'needs type NodePort or LoadBalancer');
    }
    for (const name of OF_LOAD_BALANCERS) {
      if (value[name] !== undefined && value.type !== 'LoadBalancer') refuse(name, 'needs type LoadBalancer');
    }
  })
  .prefault({});

/** An Ingress in front, which ends TLS with the site's certificate and passes requests on over TLS. */
export const ingress = section({
  className: objectName().meta({ description: 'IngressClass.' } satisfies Meta),
  annotations: z
    .record(labelKey(), z.string(must('a text')), must('texts by name'))
    .default({})
    .meta({
      description: 'Annotations, which the controller reads, such as that the backend speaks HTTPS.',
      expected: 'texts by name',
    } satisfies Meta),
});

/** A route of the Gateway API in front. */
export const gateway = section({
  name: objectName().meta({ description: 'Gateway to attach to.' } satisfies Meta),
  namespace: dnsLabel()
    .optional()
    .meta({ description: 'Its namespace.', derivedDefault: 'that of the release' } satisfies Meta),
  sectionName: dnsLabel()
    .optional()
    .meta({ description: 'Its listener.', derivedDefault: 'all that fit' } satisfies Meta),
  route: oneOf('TLSRoute', 'HTTPRoute')
    .default('TLSRoute')
    .meta({
      description:
        '`TLSRoute` passes TLS through to Nginx; with `HTTPRoute` the Gateway ends it, and passes requests on over TLS by a BackendTLSPolicy.',
    } satisfies Meta),
});

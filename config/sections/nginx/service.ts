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

/** What Argo CD and kubectl read on every object, and the stack therefore writes itself. */
const NOT_OURS_TO_GIVE = /^(?:argocd\.argoproj\.io|kubectl\.kubernetes\.io)\//;
const annotations = (what: string) =>
  z
    .record(
      labelKey().refine((key) => !NOT_OURS_TO_GIVE.test(key), { error: 'must be left to Argo CD and kubectl, which go by it' }),
      z.string(must('a text: put numbers, true and false into quotes')),
      must('texts by name'),
    )
    .default({})
    .meta({ description: what, expected: 'texts by name' } satisfies Meta);

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
  annotations: annotations('Annotations of the Service, which load balancers of clouds read.'),
})
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (value.http === value.https) refuse('https', `must differ from http, got ${value.https} for both`);
    if (value.httpNodePort !== undefined && value.httpNodePort === value.httpsNodePort)
      refuse('httpsNodePort', `must differ from httpNodePort, got ${value.httpsNodePort} for both`);
    for (const name of [...NODE_PORTS, 'externalTrafficPolicy'] as const) {
      if (value[name] !== undefined && value.type === 'ClusterIP') refuse(name, `needs type NodePort or LoadBalancer, got ${value.type}`);
    }
    for (const name of OF_LOAD_BALANCERS) {
      if (value[name] !== undefined && value.type !== 'LoadBalancer') refuse(name, `needs type LoadBalancer, got ${value.type}`);
    }
  })
  .prefault({});

/** An Ingress in front, which ends TLS with the site's certificate and passes requests on over TLS. */
export const ingress = section({
  className: objectName().meta({ description: 'IngressClass, by which a controller knows that the Ingress is its own.' } satisfies Meta),
  annotations: annotations('Annotations of the Ingress, which its controller reads: one of them must say that the backend speaks HTTPS.'),
});

/** A route of the Gateway API in front. */
export const gateway = section({
  name: objectName().meta({ description: 'Gateway to attach to.' } satisfies Meta),
  namespace: dnsLabel()
    .optional()
    .meta({ description: 'Its namespace.', derivedDefault: 'that of the release' } satisfies Meta),
  sectionName: dnsLabel()
    .optional()
    .meta({ description: 'Its listener for HTTPS; needed by an HTTPRoute.', derivedDefault: 'every listener for TLS' } satisfies Meta),
  httpSectionName: dnsLabel()
    .optional()
    .meta({
      description: 'Its listener for HTTP, whose requests a route of its own redirects to HTTPS.',
      derivedDefault: 'none: HTTP is left to the Gateway',
    } satisfies Meta),
  caConfigMap: objectName()
    .optional()
    .meta({
      description: "With `HTTPRoute`, existing ConfigMap with `ca.crt`: the authority of the site's certificate.",
      derivedDefault: 'the public authorities that the Gateway knows',
    } satisfies Meta),
  route: oneOf('TLSRoute', 'HTTPRoute')
    .default('TLSRoute')
    .meta({
      description:
        '`TLSRoute` passes TLS through to Nginx; with `HTTPRoute` the Gateway ends it, and passes requests on over TLS by a BackendTLSPolicy.',
    } satisfies Meta),
}).superRefine(({ route, sectionName, httpSectionName, caConfigMap }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (route === 'HTTPRoute' && sectionName === undefined)
    refuse('sectionName', "is needed by an HTTPRoute: without it the Gateway's listener for HTTP would serve the site too, without TLS");
  if (sectionName !== undefined && sectionName === httpSectionName)
    refuse('httpSectionName', `must differ from sectionName, got ${sectionName} for both`);
  if (route === 'TLSRoute' && caConfigMap !== undefined)
    refuse('caConfigMap', 'is for HTTPRoute only: with TLSRoute the Gateway does not look into TLS');
});

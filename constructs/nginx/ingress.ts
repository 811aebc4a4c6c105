import type { Construct } from 'constructs';
import { dnsNames } from '../../config/names';
import type { Config } from '../../config/resolve';
import { k8s } from '../../imports';
import type { Component } from '../component';
import { PORTS } from './conf/settings';

/** The certificates by their Secrets, each for its own names. */
const certificates = ({ tls }: Config['nginx']): k8s.IngressTls[] =>
  [tls, ...tls.certificates].map(({ hosts, secretName }) => ({ hosts: dnsNames(hosts), secretName }));

/** An Ingress: its controller ends TLS with the certificates of the site, and passes requests on over TLS. */
export function ingress(scope: Construct, component: Component, settings: Config['nginx']): void {
  if (!settings.ingress) return;
  const backend = { service: { name: component.name, port: { name: PORTS.https.name } } };
  new k8s.KubeIngress(scope, 'ingress', {
    metadata: component.metadata({ last: true, annotations: settings.ingress.annotations }),
    spec: {
      ingressClassName: settings.ingress.className,
      tls: certificates(settings),
      rules: settings.names.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } })),
    },
  });
}

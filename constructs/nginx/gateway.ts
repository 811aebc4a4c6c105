import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../../config/resolve';
import type { Component } from '../component';
import { PORTS } from './conf/settings';

const GROUP = 'gateway.networking.k8s.io';
const API = `${GROUP}/v1`;

type Gateway = NonNullable<Config['nginx']['gateway']>;

/*
 * All that the API would fill in within a list is written out: kubectl compares such lists of other people's kinds as a whole, and
 * would find a change every time.
 */

/** The Gateway, or one listener of it. */
const parent = ({ name, namespace }: Gateway, sectionName?: string) => ({
  group: GROUP,
  kind: 'Gateway',
  name,
  ...(namespace === undefined ? {} : { namespace }),
  ...(sectionName === undefined ? {} : { sectionName }),
});

const EVERY_PATH = [{ path: { type: 'PathPrefix', value: '/' } }];

/** A route of the Gateway API: it passes TLS through to Nginx, or the Gateway ends TLS and opens it anew. */
export function gateway(scope: Construct, component: Component, settings: Config['nginx']): void {
  const { gateway: to, names: hostnames, service } = settings;
  if (!to) return;
  const object = (id: string, kind: string, spec: object, suffix?: string) =>
    new ApiObject(scope, id, { apiVersion: API, kind, metadata: component.metadata({ last: true, suffix }), spec });
  const parentRefs = [parent(to, to.sectionName)];
  const backendRefs = [{ group: '', kind: 'Service', name: component.name, port: service.https, weight: 1 }];
  if (to.route === 'TLSRoute') object('route', 'TLSRoute', { parentRefs, hostnames, rules: [{ backendRefs }] });
  else {
    object('route', 'HTTPRoute', { parentRefs, hostnames, rules: [{ matches: EVERY_PATH, backendRefs }] });
    object('backend-tls', 'BackendTLSPolicy', backendTls(component, to, hostnames));
  }
  if (to.httpSectionName !== undefined) {
    const redirect = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };
    const rules = [{ matches: EVERY_PATH, filters: [redirect] }];
    object('redirect', 'HTTPRoute', { parentRefs: [parent(to, to.httpSectionName)], hostnames, rules }, 'http');
  }
}

/** How the Gateway knows Nginx: by the certificate of the site. */
function backendTls(component: Component, { caConfigMap }: Gateway, names: readonly string[]) {
  return {
    targetRefs: [{ group: '', kind: 'Service', name: component.name, sectionName: PORTS.https.name }],
    validation: {
      hostname: names.find((name) => !name.startsWith('*')),
      ...(caConfigMap === undefined
        ? { wellKnownCACertificates: 'System' }
        : { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: caConfigMap }] }),
    },
  };
}

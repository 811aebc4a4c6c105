import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Config } from '../config/resolve';
import type { Component } from './component';

/** What a Certificate asks for. Source: cert-manager.io/v1, of which these are some fields. */
export interface CertificateSpec {
  /** Secret that the certificate and its key are written to. */
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly issuerRef: { readonly name: string; readonly kind: string; readonly group: string };
  readonly privateKey: { readonly algorithm: 'ECDSA'; readonly size: 256; readonly rotationPolicy: 'Always' };
}

/** Asks cert-manager for a certificate of these names, if the file names an issuer. */
export function certificate(
  scope: Construct,
  component: Component,
  {
    issuer,
    secretName,
    dnsNames,
  }: { readonly issuer?: Config['nginx']['tls']['issuer'] } & Pick<CertificateSpec, 'secretName' | 'dnsNames'>,
): void {
  if (!issuer) return;
  const spec: CertificateSpec = {
    secretName,
    dnsNames,
    issuerRef: issuer,
    // Earlier than 1.18, cert-manager would keep the key for ever.
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
  };
  new ApiObject(scope, 'certificate', { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: component.metadata(), spec });
}

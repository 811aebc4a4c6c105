import { host, objectName } from '../../names';
import { duration, listOf, oneOf, section, yesOrNo, type Meta } from '../../types';
import { issuer } from '../issuer';

const hsts = section({
  maxAge: duration('5m', '3650d')
    .prefault('730d')
    .meta({ description: 'Time for which browsers only come by HTTPS.' } satisfies Meta),
  includeSubDomains: yesOrNo()
    .default(false)
    .meta({ description: 'Also for every name below the hosts.' } satisfies Meta),
  preload: yesOrNo()
    .default(false)
    .meta({ description: "Ask for the browsers' built-in lists, which are hard to leave." } satisfies Meta),
}).superRefine(({ maxAge, includeSubDomains, preload }, context) => {
  if (preload && (!includeSubDomains || maxAge < 365 * 86400)) {
    context.addIssue({
      code: 'custom',
      path: ['preload'],
      message: 'needs includeSubDomains: true and a maxAge of 365d or more, as the lists do',
    });
  }
});

const certificate = section({
  hosts: listOf(host(), 'host names')
    .min(1, { error: 'must name at least one host' })
    .meta({ description: 'Hosts of `django.hosts`, or old names, that this certificate is for.' } satisfies Meta),
  secretName: objectName().meta({ description: 'Existing Secret with `tls.crt` and `tls.key`.' } satisfies Meta),
});

/** HTTPS. */
export const tls = section({
  secretName: objectName()
    .optional()
    .meta({
      description: 'Existing Secret with `tls.crt` and `tls.key`, kept by someone else.',
      derivedDefault: '`<release>-tls`, which `npm run secrets` or cert-manager makes',
    } satisfies Meta),
  issuer: issuer.optional().meta({ description: 'Issuer of cert-manager: with it a Certificate for all hosts is asked for.' }),
  certificates: listOf(certificate, 'certificates')
    .default([])
    .meta({ description: 'Further certificates, for hosts that the first is not for.' } satisfies Meta),
  profile: oneOf('intermediate', 'modern')
    .default('intermediate')
    .meta({ description: "Mozilla's recommendation to follow: TLS 1.2 and 1.3, or 1.3 alone." } satisfies Meta),
  hsts: hsts.optional().meta({ description: 'HTTP Strict Transport Security, in place of what Django says of it.' }),
  http2: yesOrNo()
    .default(true)
    .meta({ description: 'HTTP/2.' } satisfies Meta),
  clientCa: objectName()
    .optional()
    .meta({ description: 'Existing Secret with `ca.crt`: authorities of the certificates that clients show.' } satisfies Meta),
})
  .superRefine(({ secretName, issuer: by }, context) => {
    if (secretName !== undefined && by !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: 'does not go with secretName: the Certificate has a Secret of its own',
      });
    }
  })
  .prefault({});

/** Old names of the site. */
export const redirects = () =>
  listOf(
    section({
      from: listOf(host(), 'host names')
        .min(1, { error: 'must name at least one host' })
        .meta({ description: 'Names, such as www.example.com, that lead to another.' } satisfies Meta),
      to: host().meta({ description: 'Host of `django.hosts` that they lead to, at the same path.' } satisfies Meta),
    }),
    'redirects',
  )
    .default([])
    .meta({ description: 'Old names of the site; their certificate must hold them too.' } satisfies Meta);

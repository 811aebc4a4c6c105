import { cidr, objectName } from '../../names';
import { listOf, must, oneOf, section, text, yesOrNo, type Meta } from '../../types';

const basicAuth = section({
  realm: text('up to 60 letters, digits, spaces, "-", "." and "_"', /^[\w .-]{1,60}$/)
    .default('Restricted')
    .meta({ description: 'What browsers show when they ask for a password.' } satisfies Meta),
  secretName: objectName()
    .optional()
    .meta({
      description: 'Existing Secret with the key `htpasswd`.',
      derivedDefault: '`<release>-htpasswd`, which `npm run secrets` makes',
    } satisfies Meta),
});

/** Who may come in. */
export const access = section({
  allow: listOf(cidr(), 'ranges of addresses')
    .default([])
    .meta({ description: 'Addresses that may come in; when any is named, all others may not.' } satisfies Meta),
  deny: listOf(cidr(), 'ranges of addresses')
    .default([])
    .meta({
      description: 'Addresses that may not, even when `allow` has them; where `satisfy` is `any` they need the password.',
    } satisfies Meta),
  basicAuth: basicAuth.optional().meta({ description: 'A name and a password, which browsers ask for.' }),
  clientCertificate: yesOrNo()
    .default(false)
    .meta({ description: 'A certificate of the client, by an authority of `nginx.tls.clientCa`, whatever else holds.' } satisfies Meta),
  satisfy: oneOf('all', 'any')
    .default('all')
    .meta({ description: 'With `allow` and `basicAuth`: whether both must hold, or one is enough.' } satisfies Meta),
})
  .refine(
    ({ allow, deny, basicAuth: password, clientCertificate }) =>
      allow.length > 0 || deny.length > 0 || password !== undefined || clientCertificate,
    must('a list of addresses, basicAuth or clientCertificate'),
  )
  .superRefine(({ allow, basicAuth: password, satisfy }, context) => {
    if (satisfy === 'all' || (allow.length > 0 && password !== undefined)) return;
    // nginx would let in every address that is not denied, or none at all.
    context.addIssue({
      code: 'custom',
      path: ['satisfy'],
      message: 'must be all without both allow and basicAuth, of which any takes one',
    });
  });

/** Whose word about the client's address counts. */
export const realIp = section({
  from: listOf(cidr(), 'ranges of addresses')
    .min(1, { error: 'must name at least one range' })
    .meta({ description: "Addresses of the load balancer: only its word about a client's address counts." } satisfies Meta),
  header: oneOf('X-Forwarded-For', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP', 'proxy_protocol')
    .default('X-Forwarded-For')
    .meta({ description: 'Where it says it; `proxy_protocol` is what it sends before the request.' } satisfies Meta),
});

import type { Concern } from './concern';
import { block } from './text';

/** Headers that make no page of a site worse, by the variables that hold them; both are Django's own defaults. */
const DEFAULTS = [
  { header: 'X-Content-Type-Options', variable: 'content_type_options', value: 'nosniff' },
  { header: 'Referrer-Policy', variable: 'referrer_policy', value: 'same-origin' },
] as const;

const said = (header: string) => `$upstream_http_${header.toLowerCase().replaceAll('-', '_')}`;

/**
 * Security headers of answers that have none, such as those of nginx itself. Content-Security-Policy and X-Frame-Options depend on the
 * page: they are Django's alone.
 */
export const headers: Concern = {
  http: ({ nginx: { securityHeaders } }) =>
    securityHeaders
      ? [
          '# Empty, and so not sent, where Django has said it.',
          ...DEFAULTS.flatMap(({ header, variable, value }) => block(`map ${said(header)} $${variable}`, `"" ${value};`, 'default "";')),
        ]
      : [],
  location: (_location, { nginx: { securityHeaders } }) =>
    securityHeaders ? DEFAULTS.map(({ header, variable }) => `add_header ${header} $${variable} always;`) : [],
};

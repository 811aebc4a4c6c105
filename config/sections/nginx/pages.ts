import { cidr, relativePath } from '../../names';
import { listOf, section, type Meta } from '../../types';

const page = (what: string) =>
  relativePath()
    .optional()
    .meta({ description: what, derivedDefault: "nginx's own" } satisfies Meta);

/** Pages of our own for errors, from files beside the environments. */
export const errorPages = section({
  '404': page('HTML file for what is not found among static and uploaded files; pages of Django stay as they are.'),
  '413': page('HTML file for a body above the limit.'),
  '429': page('HTML file for too many requests.'),
  '50x': page('HTML file for 502, 503 and 504, when Django does not answer.'),
}).prefault({});

/** The site is closed for work on it. */
export const maintenance = section({
  allow: listOf(cidr(), 'ranges of addresses')
    .default([])
    .meta({ description: 'Addresses that get the site all the same.' } satisfies Meta),
  page: page('HTML file that all others get, with status 503.'),
});

import { cidr, relativePath } from '../../names';
import { listOf, section, type Meta } from '../../types';

const page = (what: string) =>
  relativePath()
    .optional()
    .meta({ description: what, derivedDefault: "nginx's own" } satisfies Meta);

/** Pages of our own for errors, from files beside the environments. */
export const errorPages = section({
  '404': page(
    'HTML file for what is not found among static and uploaded files, seen from the folder above `environments/`; Django has its own.',
  ),
  '413': page('HTML file for a request whose body is above `uploadLimit`.'),
  '429': page('HTML file for a request above `limits`.'),
  '50x': page('HTML file for 502, 503 and 504, when Django does not answer; its own errors stay as they are.'),
}).prefault({});

/** Pages of Django are closed while somebody works on them; static and uploaded files are not. */
export const maintenance = section({
  allow: listOf(cidr(), 'ranges of addresses')
    .default([])
    .meta({ description: 'Addresses that get the site all the same.' } satisfies Meta),
  page: page('HTML file that all others get, with status 503.'),
});

/** What the site's own Nginx and Django decide about who is answered. */
import type { Difference } from '../diff';
import { closedFromTo, frontFromTo } from '../front';
import type { Rule } from '../rule';
import { listed } from '../words';

const NGINX_CONF = 'nginx.conf';
const HOSTS = 'DJANGO_ALLOWED_HOSTS';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const sides = ({ before, after }: Difference): [string, string] => [text(before), text(after)];
const isConf = ({ path }: Difference) => path.at(-1) === NGINX_CONF;

/** Names that a list with commas gets, and those that it loses. */
function hostsFromTo(difference: Difference): string {
  const [old, now] = sides(difference).map((list) => list.split(',').filter(Boolean));
  const come = now?.filter((host) => !old?.includes(host)) ?? [];
  const gone = old?.filter((host) => !now?.includes(host)) ?? [];
  const said = [come.length > 0 ? `answers to ${listed(come)}` : '', gone.length > 0 ? `no longer answers to ${listed(gone)}` : ''];
  return said.filter(Boolean).join('; ');
}

export const FRONT: readonly Rule[] = [
  {
    class: 'downtime',
    kinds: ['ConfigMap'],
    fields: ['data.*'],
    when: `${NGINX_CONF} that shows the maintenance page`,
    holds: (difference) => isConf(difference) && closedFromTo(...sides(difference)).length > 0,
    says: (differences) => `visitors get the maintenance page at ${listed(differences.flatMap((one) => closedFromTo(...sides(one))))}`,
  },
  {
    class: 'exposure',
    kinds: ['ConfigMap'],
    fields: ['data.*'],
    when: `${NGINX_CONF} with other names of the site, rules of access, or the maintenance page`,
    holds: (difference) => isConf(difference) && frontFromTo(...sides(difference)) !== '',
    says: (differences) => differences.map((one) => frontFromTo(...sides(one))).join('; '),
  },
  {
    class: 'exposure',
    kinds: ['Deployment'],
    fields: [`spec.template.spec.containers.*.env.${HOSTS}.value`],
    says: (differences) => listed(differences.map((one) => hostsFromTo(one) || 'answers to the same names, in another order')),
  },
];

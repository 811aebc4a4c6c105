/** What the site's own nginx.conf asks of visitors, in words that can be compared. */
import { listed } from './words';

/** A directive, the block that it stands in, and the path of the location around that. */
interface Directive {
  readonly text: string;
  readonly block: string;
  readonly place?: string;
}

/** Something that holds, and where or for whom. */
interface Fact {
  readonly what: string;
  readonly where: string;
}

const LOCATION = 'location ';

/** Each line is a directive, or begins or ends a block. */
function directives(conf: string): Directive[] {
  const blocks: string[] = [];
  return conf.split('\n').flatMap((line) => {
    const text = line.trim();
    if (text === '}') blocks.pop();
    else if (text.endsWith(' {')) blocks.push(text.slice(0, -2));
    else if (text.endsWith(';') && !text.startsWith('#')) {
      const place = blocks.filter((block) => block.startsWith(LOCATION)).at(-1);
      return [{ text: text.slice(0, -1), block: blocks.at(-1) ?? '', ...(place ? { place: place.slice(LOCATION.length) } : {}) }];
    }
    return [];
  });
}

/** What follows a word, in each directive that begins with it. */
const values = (lines: readonly Directive[], name: string) =>
  lines.flatMap(({ text }) => (text.startsWith(`${name} `) ? text.split(' ').slice(1) : []));
const has = (lines: readonly Directive[], wanted: string) => lines.some(({ text }) => text === wanted);

/** Who may come in at a place. */
function asked(lines: readonly Directive[]): string[] {
  const [allow, deny] = [values(lines, 'allow'), values(lines, 'deny').filter((range) => range !== 'all')];
  const password = values(lines, 'auth_basic').length > 0;
  const either = has(lines, 'satisfy any');
  return [
    ...(allow.length > 0 ? [`only ${listed(allow)}${either ? ', and who has the password,' : ''} may come in at`] : []),
    ...(deny.length > 0 ? [`${listed(deny)} may not come in at`] : []),
    ...(password && !either ? ['a password is asked for at'] : []),
    ...(lines.some(({ block }) => block.includes('$ssl_client_verify')) ? ['a certificate of the client is asked for at'] : []),
  ];
}

const CLOSED = 'the maintenance page is shown at';

function facts(conf: string): Fact[] {
  const lines = directives(conf);
  const places = [...new Set(lines.flatMap(({ place }) => (place === undefined ? [] : [place])))];
  const whole = [
    ...values(lines, 'server_name').map((where) => ({ what: 'it answers to', where })),
    ...values(lines, 'set_real_ip_from').map((where) => ({ what: "a client's address is taken from the word of", where })),
    ...lines
      .filter(({ block, text }) => block.startsWith('geo ') && text.endsWith(' 0'))
      .map(({ text }) => ({ what: 'the maintenance page is not shown to', where: text.slice(0, -2) })),
  ];
  const ofPlaces = places.flatMap((where) => {
    const own = lines.filter(({ place }) => place === where);
    if (has(own, 'internal')) return []; // no visitor can name it
    return [...(has(own, 'return 503') ? [CLOSED] : []), ...asked(own)].map((what) => ({ what, where }));
  });
  return [...whole, ...ofPlaces];
}

const without = (all: readonly Fact[], others: readonly Fact[]) =>
  all.filter((one) => !others.some(({ what, where }) => what === one.what && where === one.where));

const told = (all: readonly Fact[]) =>
  [...new Set(all.map(({ what }) => what))]
    .map((what) => `${what} ${listed(all.filter((one) => one.what === what).map(({ where }) => where))}`)
    .join(', ');

/** What holds of a text and did not of the one before, and what no longer does; empty where all is as it was. */
export function frontFromTo(before: string, after: string): string {
  const [old, now] = [facts(before), facts(after)];
  const [added, gone] = [told(without(now, old)), told(without(old, now))];
  return [...(added ? [`from now on ${added}`] : []), ...(gone ? [`no longer: ${gone}`] : [])].join('; ');
}

/** Places at which visitors get the maintenance page now, and got the site before. */
export const closedFromTo = (before: string, after: string): string[] =>
  without(facts(after), facts(before)).flatMap(({ what, where }) => (what === CLOSED ? [where] : []));

/** That no text of a file breaks out of the directive that it stands in, whatever it is. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { resolve, type Config } from '../../../config/resolve';
import { brokenRules } from '../../../config/rules';
import { schema } from '../../../config/schema';
import { nginxConf } from '../../../constructs/nginx/conf/nginx-conf';
import { ROWS } from '../../support/matrix';
import { parse, type Directive } from '../nginx-tree';

const RUNS = 10_000;

/** Kinds of words, by what the settings allow in them; most of them. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/;
const NAME = /^[A-Za-z]\w{0,20}$/;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,20}$/;
const SEGMENT = /^[\w~+-][\w.~+-]{0,20}$/;
const REALM = /^[\w.-][\w .-]{0,20}$/;

/** Words of the option matrix that come to stand in nginx.conf. */
const WORDS: Readonly<Record<string, RegExp>> = {
  shop: LABEL,
  example: LABEL,
  www: LABEL,
  further: LABEL,
  staff: LABEL,
  admins: LABEL,
  pod: NAME,
  customer: NAME,
  currency: NAME,
  page: NAME,
  fresh: NAME,
  'Accept-Language': HEADER,
  'X-Team': HEADER,
  healthy: SEGMENT,
  events: SEGMENT,
  import: SEGMENT,
  ws: SEGMENT,
  export: SEGMENT,
  catalogue: SEGMENT,
  prices: SEGMENT,
  admin: SEGMENT,
  help: SEGMENT,
  search: SEGMENT,
  uploads: SEGMENT,
  assets: SEGMENT,
  'Staff only': REALM,
  Admin: REALM,
  Export: REALM,
};

/** What nginx, or a regular expression, reads as more than a letter, and what it does not. */
const SPECIAL = [
  '"',
  "'",
  ';',
  '{',
  '}',
  '$',
  '${',
  '\\',
  '\n',
  '\r',
  '\t',
  '\0',
  ' ',
  '#',
  '*',
  '(',
  '|',
  '~',
  '^',
  '?',
  '%',
  '@',
  '=',
  ':',
  ',',
].concat(['/', '//', '.', '..', 'é', '\u2028', '"; return 200 "', '} server { listen 1;', '\n}', '$host', '*/']);

type Replace = (text: string) => string;

/** Whole words, also as names of variables have them. */
function replacing(by: ReadonlyMap<string, string>): Replace {
  const asVariable = (word: string) => word.toLowerCase().replaceAll('-', '_');
  const all = new Map([...by].flatMap(([word, other]) => [[asVariable(word), other] as const, [word, other] as const]));
  const words = [...all.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words.join('|')})(?![A-Za-z0-9])`, 'g');
  return (text) => text.replace(pattern, (word) => all.get(word) ?? word);
}

const inside = (value: unknown, replace: Replace): unknown => {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((one) => inside(one, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(one, replace)]));
};

function configOf(file: object): Config | undefined {
  const { success, data } = schema.safeParse(file);
  if (!success) return undefined;
  const config = resolve('random', data);
  return brokenRules(config).length === 0 ? config : undefined;
}

function confOf({ release, namespace, nginx, django, cluster }: Config): Directive[] {
  const address = `${release}-gunicorn.${namespace}.svc.${cluster.domain}`;
  return parse(
    nginxConf({ nginx, hosts: django.hosts, upstream: { address, port: 8000, portName: 'http' }, dns: cluster.dns, media: django.media }),
  );
}

/** As two ways to write the same: names of headers become those of variables, and a pattern may need a backslash. */
const plain = (text: string) => text.toLowerCase().replaceAll('-', '_').replaceAll('\\', '');

/** In a map the first word of a line is a value, not the name of a directive. */
const VALUES = ['map', 'geo', 'split_clients'];

const meant = (tree: readonly Directive[], replace: Replace, within = 'main'): unknown =>
  tree.map(({ name, args, body }) => [
    VALUES.includes(within) ? plain(replace(name)) : name,
    args.map((one) => plain(replace(one))),
    body && meant(body, replace, name),
  ]);

const PLAIN: Replace = (text) => text;
const BASES = ROWS.map(({ file }) => {
  const config = configOf(file);
  if (!config) throw new Error('a row of the matrix is refused');
  return { file, tree: confOf(config) };
});

/** Other words for some, one of them perhaps with something special in it. */
const words = fc
  .subarray(Object.keys(WORDS), { minLength: 1, maxLength: 6 })
  .chain((some) => fc.record(Object.fromEntries(some.map((word) => [word, fc.stringMatching(WORDS[word] ?? NAME)]))))
  .chain((all) =>
    fc
      .option(fc.tuple(fc.constantFrom(...Object.keys(all)), fc.constantFrom(...SPECIAL), fc.double({ min: 0, max: 1, noNaN: true })))
      .map((change) => {
        if (!change) return new Map(Object.entries(all));
        const [word, special, place] = change;
        const old = all[word] ?? '';
        const at = Math.round(place * old.length);
        return new Map(Object.entries({ ...all, [word]: old.slice(0, at) + special + old.slice(at) }));
      }),
  );

test(`of ${RUNS} files with random texts each is refused, or nginx.conf has the directives that are meant`, () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...BASES), words, ({ file, tree }, by) => {
      const replace = replacing(by);
      const { django, nginx, cluster } = file;
      const changed = { ...file, django: inside(django, replace), nginx: inside(nginx, replace), cluster: inside(cluster, replace) };
      const config = configOf(changed);
      if (!config) return;
      taken += 1;
      const [got, wanted] = [meant(confOf(config), PLAIN), meant(tree, replace)];
      // Ten thousand of jest's own comparisons would take minutes.
      if (!isDeepStrictEqual(got, wanted)) expect(got).toEqual(wanted);
    }),
    { numRuns: RUNS, seed: 20 },
  );
  expect(taken).toBeGreaterThan(RUNS / 4);
}, 300_000);

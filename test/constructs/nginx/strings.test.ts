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

/** Words of some letters, of which the first and the last may stand anywhere. */
const wordsOf = (letters: string) =>
  fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 20 }).map((inner) => `k${inner}z`);
const LABEL = wordsOf('abc019-');
const NAME = wordsOf('abcXYZ019_');
const HEADER = wordsOf('abcXYZ019-');
const SEGMENT = wordsOf('abcXYZ019_.~+-');
const REALM = wordsOf('abcXYZ019_.- ');

/** Words of the option matrix that come to stand in nginx.conf. */
const WORDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
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
  'The team': REALM,
  Exporters: REALM,
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
    nginxConf({
      nginx,
      hosts: django.hosts,
      upstreams: [{ name: 'gunicorn', address, port: 8000, portName: 'http' }],
      dns: cluster.dns,
      media: django.media,
    }),
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
  const text = JSON.stringify([file.django, file.nginx, file.cluster]);
  return { file, tree: confOf(config), present: Object.keys(WORDS).filter((word) => text.includes(word)) };
});

/** Other words for all, and for one of them perhaps something special, and where in it. */
interface Words {
  readonly all: Readonly<Record<string, string>>;
  readonly change: { readonly word: number; readonly special: string; readonly place: number } | null;
}

const words: fc.Arbitrary<Words> = fc.record({
  all: fc.record(WORDS),
  change: fc.option(
    fc.record({
      word: fc.nat(),
      special: fc.constantFrom(...SPECIAL),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { freq: 2 },
  ),
});

/** By word the other one, of those that a file has. */
function chosen(present: readonly string[], { all, change }: Words): ReadonlyMap<string, string> {
  // No two are alike: what is meant would be another thing.
  const apart = new Map(present.map((word, index) => [word, `${all[word] ?? ''}${index}`]));
  const word = present[(change?.word ?? 0) % present.length] ?? '';
  const old = apart.get(word) ?? '';
  if (!change) return apart;
  const at = Math.round(change.place * old.length);
  return apart.set(word, old.slice(0, at) + change.special + old.slice(at));
}

test(`of ${RUNS} files with random texts each is refused, or nginx.conf has the directives that are meant`, () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...BASES), words, ({ file, tree, present }, others) => {
      const replace = replacing(chosen(present, others));
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

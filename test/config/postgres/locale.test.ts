import { stringify } from 'yaml';
import { merge } from '../../../constructs/finish';
import { problems, SMALLEST } from '../../support/stack';

const said = (version: number, locale: object, postgres: object = {}) =>
  problems(stringify(merge(SMALLEST, { postgres: { version, locale, ...postgres } }))).map((line) =>
    line.replace(/^\S+ postgres\.locale\./, ''),
  );

test.each([
  [14, { provider: 'libc', name: 'C' }],
  [14, { provider: 'libc', name: 'en_US.utf8' }],
  [15, { provider: 'icu', name: 'de-u-co-phonebk' }],
  [16, { provider: 'icu', name: 'und' }],
  [17, { provider: 'builtin', name: 'C.UTF-8' }],
  [18, { provider: 'builtin', name: 'PG_UNICODE_FAST' }],
])('Postgres %i takes %j', (version, locale) => {
  expect(said(version, locale)).toEqual([]);
});

test.each([
  [14, { provider: 'icu', name: 'de-DE' }, 'provider: must be one that postgres.version 14 has, got icu: it came with 15'],
  [16, { provider: 'builtin', name: 'C' }, 'provider: must be one that postgres.version 16 has, got builtin: it came with 17'],
  [17, { provider: 'builtin', name: 'PG_UNICODE_FAST' }, 'name: must be one of C, C.UTF-8 with provider builtin, got PG_UNICODE_FAST'],
  [18, { provider: 'icu', name: 'nonsense' }, 'name: must be a language tag that ICU knows, such as de-DE or und, got nonsense'],
  [18, { provider: 'icu', name: 'de_DE.utf8' }, 'name: must be a language tag that ICU knows, such as de-DE or und, got de_DE.utf8'],
  [
    18,
    { provider: 'libc', name: 'de_DE.utf8' },
    /^name: must be one that the official image has \(C, .*\) unless postgres\.image names one/,
  ],
  [18, { provider: 'libc', name: "C' --x" }, /^name: must be a locale such as/],
  [18, { provider: 'posix', name: 'C' }, /^provider: must be one of libc, icu, builtin/],
])('Postgres %i refuses %j', (version, locale, line) => {
  expect(said(version, locale)).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
});

test('an image of your own may have more locales', () => {
  expect(said(18, { provider: 'libc', name: 'de_DE.utf8' }, { image: 'registry.example.com/team/postgres:18' })).toEqual([]);
});

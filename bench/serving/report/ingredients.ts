/** What each part of the difference gives. */
import { spread } from '../../report';
import type { PageName } from '../pages';
import type { SideName } from '../sides';
import { row, table } from './markdown';
import type { Results, Series } from './results';

type Pair = readonly [better: Series, base: Series];
type Step = readonly [what: string, trivial: Pair | undefined, query: Pair];

const between = (side: SideName, base: SideName): readonly [Pair, Pair] => {
  const pair = (page: PageName): Pair => [
    [page, side],
    [page, base],
  ];
  return [pair('trivial'), pair('query')];
};
const CACHE: Pair = [
  ['cachedQuery', 'emitted'],
  ['query', 'emitted'],
];

const STEPS: readonly Step[] = [
  ['the emitted nginx.conf, still with a new connection for every request', ...between('front', 'original')],
  ['+ the emitted Gunicorn: 2 workers of 4 threads for 5 without', ...between('threads', 'front')],
  ['+ connections to Gunicorn that stay open', ...between('keepalive', 'threads')],
  ["+ database connections that stay open: the example's settings", ...between('emitted', 'keepalive')],
  ['+ answers that the front keeps, where a location says so', undefined, CACHE],
  ['all but the last', ...between('emitted', 'original')],
  ['the settings alone, with the original', ...between('persistent', 'original')],
  ['**ours alone**, both sides with these settings', ...between('emitted', 'persistent')],
  ['**ours alone**, both sides without', ...between('keepalive', 'original')],
];

export function ingredients(results: Results): string {
  const cells = (pair?: Pair) => (pair ? [spread(results.ratios(...pair)), spread(results.savings(...pair))] : ['', '']);
  const lines = STEPS.map(([what, trivial, query]) => row(what, ...cells(trivial), ...cells(query)));
  return table(
    ['what is added', 'trivial: requests/s', 'requests for the same CPU', 'query: requests/s', 'requests for the same CPU'],
    lines,
  );
}

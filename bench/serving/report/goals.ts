/** What the emitted configuration has to reach. */
import { median, spread, verdict } from '../../report';
import type { PageName } from '../pages';
import { row, table } from './markdown';
import type { Results, Series } from './results';

const against = (page: PageName): [Series, Series] => [
  [page, 'emitted'],
  [page, 'original'],
];
const kept = (page: PageName, other: PageName): [Series, Series] => [
  [page, 'emitted'],
  [other, 'emitted'],
];

/** Requests per second of one series for each of another. */
const RATIOS: readonly [what: string, goal: number, pair: [Series, Series]][] = [
  ['page with a query', 8, against('query')],
  ['trivial page', 1.2, against('trivial')],
  ['emitted alone, query: from the cache / from Django', 10, kept('cachedQuery', 'query')],
  ['emitted alone, rows: from the cache / from Django', 10, kept('cachedEntries', 'entries')],
  ['static text', 1, against('text')],
  ['static text, for clients that cannot unpack', 1, against('plainText')],
  ['static image', 1, against('image')],
];

export function goals(results: Results): string {
  const bytes = (page: PageName) => {
    const [emitted = NaN, original = NaN] = against(page).map((series) => median(results.of(series).map((one) => one.bytes)));
    return (1 - emitted / original) * 100;
  };
  const fewer = (what: string, page: PageName) => row(what, '70 %', `${bytes(page).toFixed(1)} %`, verdict(bytes(page) >= 70));
  return table(
    ['emitted / original', 'at least', 'measured', 'goal'],
    [
      ...RATIOS.map(([what, goal, pair]) => {
        const ratios = results.ratios(...pair);
        return row(what, goal, spread(ratios), verdict(median(ratios) >= goal));
      }),
      fewer('fewer bytes of static text', 'text'),
      fewer("fewer bytes of the example's page", 'page'),
      row('errors in all runs', 'at most 0', results.errors(), verdict(results.errors() === 0)),
    ],
  );
}

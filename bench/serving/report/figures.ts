/** How much and how fast, in absolute figures. */
import { median } from '../../report';
import { IMAGE, TEXT } from '../files';
import { TIERS, type Measurement } from '../measure';
import { PAGE_NAMES, type PageName } from '../pages';
import type { SideName } from '../sides';
import { row, short, table } from './markdown';
import type { Results } from './results';

const WORDS: Readonly<Record<PageName, string>> = {
  trivial: 'trivial: `ok` without a query',
  query: 'query: one row by its key, as JSON',
  page: "page: the example's own, 50 rows and a form",
  entries: 'rows: the same without the form',
  cachedQuery: 'query, where the emitted front keeps it',
  cachedEntries: 'rows, where the emitted front keeps them',
  text: `static text, \`${TEXT}\` of Django's admin`,
  plainText: 'the same for clients that cannot unpack',
  image: `static image, \`${IMAGE}\``,
};

const SIDES = ['original', 'emitted'] as const;

export function pages(results: Results): string {
  const both = (page: PageName, value: (one: Measurement) => number) =>
    SIDES.map((side) => short(median(results.of([page, side]).map(value)))).join(' → ');
  const lines = PAGE_NAMES.map((page) =>
    row(
      WORDS[page],
      both(page, ({ rate }) => rate),
      both(page, ({ p50 }) => p50),
      both(page, ({ p99 }) => p99),
      both(page, ({ bytes }) => bytes),
    ),
  );
  return table(['original → emitted', 'requests/s', 'p50, ms', 'p99, ms', 'bytes'], lines);
}

export function costs(results: Results): string {
  const cpu = (page: PageName, side: SideName) =>
    TIERS.map((tier) => median(results.of([page, side]).map((one) => one.cpu[tier])).toFixed(2)).join(' + ');
  const lines = PAGE_NAMES.map((page) => row(WORDS[page], ...SIDES.map((side) => cpu(page, side))));
  return table([`CPU of a request, ms: ${TIERS.join(' + ')}`, ...SIDES], lines);
}

export const memory = (results: Results) =>
  table(
    ['memory at most, MiB', ...SIDES],
    (['nginx', 'gunicorn'] as const).map((tier) => row(tier, ...SIDES.map((side) => short(results.memory(side, tier))))),
  );

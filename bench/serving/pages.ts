/** What is asked for, and of which sides. */
import { IMAGE, TEXT } from './files';
import type { SideName } from './sides';

export interface Page {
  readonly path: string;
  readonly sides: readonly SideName[];
  /** As clients that cannot unpack.
   * @default false */
  readonly plain?: boolean;
}

const PAIR = ['original', 'emitted'] as const;
/** Also with single ingredients. */
const LADDER = ['original', 'front', 'threads', 'keepalive', 'emitted', 'persistent'] as const;

export const PAGES = {
  trivial: { path: '/healthz', sides: LADDER },
  query: { path: '/query', sides: LADDER },
  page: { path: '/', sides: PAIR },
  entries: { path: '/entries', sides: PAIR },
  cachedQuery: { path: '/cached/query', sides: PAIR },
  cachedEntries: { path: '/cached/entries', sides: PAIR },
  text: { path: `/static/${TEXT}`, sides: PAIR },
  plainText: { path: `/static/${TEXT}`, sides: PAIR, plain: true },
  image: { path: `/static/${IMAGE}`, sides: PAIR },
} as const satisfies Readonly<Record<string, Page>>;

export type PageName = keyof typeof PAGES;
export const PAGE_NAMES = Object.keys(PAGES) as PageName[];

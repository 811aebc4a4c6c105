/** What nginx.conf is made of: concerns, each of which adds its lines to the blocks that it has to do with. */
import type { Config } from '../../../config/resolve';
import type { ConfSettings } from './settings';
import type { Line } from './text';

/** A path of the site with all that holds there. */
export type Location = Config['nginx']['locations'][number];
export type CacheRules = NonNullable<Location['cache']>;
export type Limits = NonNullable<Location['limits']>;

/** One role of the front. A file for each; none knows of another. */
export interface Concern {
  /** Lines of the `http` block. */
  http?(settings: ConfSettings): Line[];
  /** Lines of the `server` block of the site. */
  server?(settings: ConfSettings): Line[];
  /** Locations of its own in that block, beside those that lead to Django. */
  locations?(settings: ConfSettings): Line[];
  /** Lines of each `location` that leads to Django. */
  location?(location: Location, settings: ConfSettings): Line[];
}

/** A line about the release as a whole. */

export interface Row {
  /** What is said of it. */
  readonly says: string;
  /** `null` where it is not known. */
  readonly well: boolean | null;
  /** What mends it.
   * @default - nothing has to */
  readonly mend?: string;
  /** The same for programs: times in ISO 8601, sizes in bytes. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** `2026-11-24 03:12Z` */
export const minute = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')}Z`;

export const notKnown = (why: string): Row => ({ says: `not known: ${why}`, well: null, details: {} });

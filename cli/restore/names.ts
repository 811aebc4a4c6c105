/** Names of databases that a restore makes. */

/** Longest name that Postgres keeps whole. Source: PostgreSQL, "Identifiers and Key Words". Bytes. */
const LONGEST = 63;
const RESTORED = '_restored';
const ASIDE = '_before_';

const cut = (database: string, suffix: number) => database.slice(0, LONGEST - suffix);

/** What a database is called until it is live. */
export const restoredName = (database: string) => `${cut(database, RESTORED.length)}${RESTORED}`;

/** What the live database is called when another takes its place at that time: `shop_before_20261123_125959`, in UTC. */
export function asideName(database: string, time: Date): string {
  const suffix = `${ASIDE}${time.toISOString().replaceAll(/[-:]/g, '').replace('T', '_').slice(0, 15)}`;
  return `${cut(database, suffix.length)}${suffix}`;
}

/** Whether a restore has given that name. */
export function isAside(database: string, name: string): boolean {
  const suffix = /_before_\d{8}_\d{6}$/.exec(name)?.[0];
  return suffix !== undefined && name === `${cut(database, suffix.length)}${suffix}`;
}

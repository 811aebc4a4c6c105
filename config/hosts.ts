/** Which names of the site go by which entry of a list. */
import { dnsNames } from './names';

/** Whether `.example.com`, or a single name, is or holds another. */
const holds = (entry: string, host: string) =>
  entry === host || (entry.startsWith('.') && (host.endsWith(entry) || host === entry.slice(1)));

/** The entry that nginx goes by for a name: the name itself, or the longest that holds it. Source: nginx, "Server names". */
export function entryFor(entries: readonly string[], host: string): string | undefined {
  return entries.includes(host) ? host : entries.filter((entry) => holds(entry, host)).sort((a, b) => b.length - a.length)[0];
}

/** The first entry of a list of which a name stands in an entry before. */
export function repeated(entries: readonly string[]): number {
  return entries.findIndex((entry, index) => {
    const before = dnsNames(entries.slice(0, index));
    return dnsNames([entry]).some((name) => before.includes(name));
  });
}

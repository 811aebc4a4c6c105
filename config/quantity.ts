/** Quantities of Kubernetes, read and written back in their canonical form. Source: the API's `resource.Quantity`. */

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const PATTERN = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E|m)?$/;

interface Parsed {
  /** In units: bytes, or CPUs. */
  readonly value: number;
  readonly suffix: string;
}

function parse(text: string): Parsed | undefined {
  const [, digits, suffix = ''] = PATTERN.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const [base, list] = (BINARY as readonly string[]).includes(suffix) && suffix !== '' ? [1024, BINARY] : [1000, DECIMAL];
  const power = (list as readonly string[]).indexOf(suffix);
  return { value: suffix === 'm' ? Number(digits) / 1000 : Number(digits) * base ** power, suffix };
}

/** The number of whole bytes in a quantity such as `512Mi`; undefined where it is none. */
export function bytes(text: string): number | undefined {
  const parsed = parse(text);
  return parsed && parsed.suffix !== 'm' && Number.isSafeInteger(parsed.value) ? parsed.value : undefined;
}

/** The number of thousandths of a CPU in a quantity such as `1.5` or `250m`; undefined where it is none. */
export function millicpus(text: string): number | undefined {
  const parsed = parse(text);
  if (!parsed || !['', 'm'].includes(parsed.suffix)) return undefined;
  const value = Math.round(parsed.value * 1000 * 1e6) / 1e6;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Bytes with the largest suffix that leaves a whole number, binary where the number is a multiple of 1 KiB. */
export function formatBytes(count: number): string {
  const [base, suffixes] = count % 1024 === 0 ? [1024, BINARY] : [1000, DECIMAL];
  let power = 0;
  let value = count;
  while (value > 0 && value % base === 0 && power < suffixes.length - 1) {
    value /= base;
    power += 1;
  }
  return `${value}${suffixes[power]}`;
}

/** Thousandths of a CPU as Kubernetes writes them: `2`, `1500m`. */
export function formatMillicpus(count: number): string {
  return count % 1000 === 0 ? `${count / 1000}` : `${count}m`;
}

/** What runs at once on that many thousandths of a CPU: their whole number, and at least one. */
export const wholeCpus = (count: number) => Math.max(1, Math.floor(count / 1000));

/** Whether a resource is counted in devices: extended resources have a domain. Source: Kubernetes, "Resource Management for Pods and Containers". */
export const isDevice = (resource: string) => resource.includes('/');

/** Names, addresses and times that Kubernetes, Django, Nginx or DNS read, by their rules. */
import { isIP } from 'node:net';
import { Cron } from 'croner';
import { z } from 'zod';
import { must, text } from './types';

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** A name of an object whose name is a DNS label (RFC 1123). */
export const dnsLabel = () =>
  text(
    'a DNS label: at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit',
    new RegExp(`^(?=.{1,63}$)${LABEL}$`),
  );

/** The key of a label, such as `pool` or `nvidia.com/gpu.product`. */
export const labelKey = () =>
  text(
    'the key of a label, such as pool or example.com/pool',
    /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  );

/** The value of a label, which is a text also where it looks like a number. */
export const labelValue = () =>
  text('the value of a label, such as gpu or "16", with quotes around numbers', /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);

/** A name of an object whose name is a DNS subdomain (RFC 1123). */
export const objectName = () =>
  text('a name of an object: lower-case letters, digits, "-" and "."', new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`));

export const releaseName = () =>
  text(
    'at most 30 lower-case letters, digits and "-", beginning with a letter and ending with a letter or digit',
    /^(?=.{1,30}$)[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
  );

export const host = () =>
  text(
    'a host name such as shop.example.com, or .example.com for it and all below it',
    new RegExp(`^(?=.{1,253}$)\\.?${LABEL}(?:\\.${LABEL})*$`),
  );

/** Names as DNS and certificates write them: `.example.com` is `example.com` and, as `*.example.com`, the names below it. */
export const dnsNames = (hosts: readonly string[]): string[] => [
  ...new Set(hosts.flatMap((name) => (name.startsWith('.') ? [name.slice(1), `*${name}`] : [name]))),
];

const TAG =
  /^(?<name>[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$/;

/** The parts of an image's name; undefined where it cannot be one. */
export function imageParts(image: string): { name: string; tag?: string; digest?: string } | undefined {
  const groups = TAG.exec(image)?.groups;
  return groups && { name: groups.name ?? '', tag: groups.tag, digest: groups.digest };
}

export const image = () => {
  const expected = 'an image with a tag other than "latest" or a digest, such as registry.example.com/team/app:1.4.2';
  return z
    .string(must(expected))
    .refine((value) => {
      const parts = imageParts(value);
      return parts !== undefined && (parts.tag ?? parts.digest) !== undefined && parts.tag !== 'latest';
    }, must(expected))
    .meta({ expected });
};

export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const ENVIRONMENT_NAME_EXPECTED = 'the name of an environment variable: letters, digits and "_", not beginning with a digit';
export const environmentName = () => text(ENVIRONMENT_NAME_EXPECTED, ENVIRONMENT_NAME);

export const pythonName = () =>
  text('the name of a Python package, such as main_app', /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/);

/** A path without `..`, empty parts or characters that a configuration file or shell would read as its own. */
export const relativePath = () =>
  text('a relative path without "..", such as django_app', /^(?:\.|(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+-]+(?:\/[\w.@+-]+)*)$/);
export const absolutePath = () => text('an absolute path without "..", such as /app/media', /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[\w.@+-]+)+$/);
export const urlPath = () => text('a URL path such as /healthz', /^(?!.*\/\.{1,2}(?:\/|$))\/[\w.~+/-]*$/);
/** A path of the site, as nginx and Django see it once no part of it is empty or a dot. */
export const sitePath = () => text('a path such as /api/ or /reports/export', /^(?!.*\/\/|.*\/\.{1,2}(?:\/|$))\/[\w.~+/-]*$/);
export const urlPrefix = () => text('a URL path that begins and ends with "/", such as /static/', /^(?!.*\/\.{1,2}\/)(?:\/[\w.~+-]+)+\/$/);

/** The bits of an address, as text. */
function bitsOf(address: string): string {
  const bits = (numbers: readonly number[], width: number) => numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
  if (isIP(address) === 4) return bits(address.split('.').map(Number), 8);
  // A URL knows no dotted part and no capital letters.
  const sides = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [left = [], right = []] = sides.map((side) => side.split(':').filter(Boolean));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return bits(
    [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16)),
    16,
  );
}

/** Whether an address has bits behind the prefix: then it names one host, and not the range. */
const hasHostBits = (address: string, prefix: number) => bitsOf(address).slice(prefix).includes('1');

export const cidr = () => {
  const expected = 'a range of IPv4 or IPv6 addresses that begins at its first one, such as 203.0.113.0/24';
  return z
    .string(must(expected))
    .refine((value) => {
      const [address = '', prefix = '', ...rest] = value.split('/');
      // A zone, as in fe80::1%eth0, belongs to one machine.
      const bits = address.includes('%') ? -1 : ({ 4: 32, 6: 128 }[isIP(address)] ?? -1);
      return rest.length === 0 && /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits && !hasHostBits(address, Number(prefix));
    }, must(expected))
    .meta({ expected });
};

/** A name in DNS inside the cluster, or an IP address. */
export const dnsServer = () => {
  const expected = 'the name of a Service such as kube-dns.kube-system.svc.cluster.local, or an IPv4 address';
  const service = new RegExp(`^(?=.{1,253}$)${LABEL}\\.${LABEL}\\.svc(?:\\.${LABEL})+$`);
  return z
    .string(must(expected))
    .refine((value) => isIP(value) === 4 || service.test(value), must(expected))
    .meta({ expected });
};

const CRON_FIELDS = /^(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\dA-Za-z*,/-]+\s+){4}[\dA-Za-z*,/-]+)$/;
/** Where cron lines are tried from, so that the same line is judged alike on every day. */
const CRON_EPOCH = new Date('2024-01-01T00:00:00Z');

function cronCanBe(line: string): boolean {
  // Kubernetes counts the days of the week from 0 to 6 only.
  if (/[7-9]/.test(line.trim().split(/\s+/)[4] ?? '')) return false;
  if (!CRON_FIELDS.test(line) || /[LW]/.test(line.replace(/JUL|WED/gi, ''))) return false;
  try {
    return new Cron(line, { paused: true, mode: '5-part' }).nextRun(CRON_EPOCH) !== null;
  } catch {
    return false;
  }
}

export const cronLine = () => {
  const expected = 'a cron line of five fields that comes true on some day, such as "0 3 * * *"';
  return z.string(must(expected)).refine(cronCanBe, must(expected)).meta({ expected });
};

export const timeZone = () => {
  const expected = 'a time zone such as Europe/Berlin or Etc/UTC';
  return z
    .string(must(expected))
    .refine((zone) => {
      try {
        const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
        // Kubernetes looks for a file of that name, and so minds upper and lower case.
        return /^[A-Z]/.test(zone) && (known === zone || known.toLowerCase() !== zone.toLowerCase());
      } catch {
        return false;
      }
    }, must(expected))
    .meta({ expected });
};

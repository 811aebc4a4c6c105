/** The kinds of value that settings have. Each says in words what it takes, for errors and for the documentation. */
import { isIP } from 'node:net';
import { Cron } from 'croner';
import { z } from 'zod';
import * as quantity from './quantity';

const must = (expected: string) => ({ error: `must be ${expected}` });

/** What the documentation says of a setting that JSON schema has no words for. */
export interface Meta extends Record<string, unknown> {
  /** One sentence: what the setting does. */
  readonly description: string;
  /** The default in words, where it follows from other settings. */
  readonly derivedDefault?: string;
}

/** A string that matches a pattern. `expected` completes the sentence "must be …". */
export const text = (expected: string, pattern: RegExp) =>
  z.string(must(expected)).regex(pattern, must(expected)).meta({ expected });

export const wholeNumber = (min: number, max: number, unit = '') => {
  const expected = `a whole number${unit && ` of ${unit}`} from ${min} to ${max}`;
  return z.number(must(expected)).int(must(expected)).min(min, must(expected)).max(max, must(expected)).meta({ expected });
};

export const yesOrNo = () => z.boolean(must('true or false')).meta({ expected: 'true or false' });

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) => {
  const expected = `one of ${values.join(', ')}`;
  return z.enum(values, must(expected)).meta({ expected });
};

export const listOf = <T extends z.ZodType>(item: T, of: string) =>
  z.array(item, must(`a list of ${of}`)).meta({ expected: `a list of ${of}` });

export const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, must('a group of settings'));

const UNITS = { s: 1, m: 60, h: 3600, d: 86400 } as const;

/** Kept as a number of seconds. */
export const duration = (min: string, max: string) => {
  const expected = `a duration from ${min} to ${max}, such as 30s, 5m, 2h or 1d`;
  const seconds = (value: string) => Number(value.slice(0, -1)) * UNITS[value.slice(-1) as keyof typeof UNITS];
  return z
    .string(must(expected))
    .refine((value) => /^\d+[smhd]$/.test(value) && seconds(value) >= seconds(min) && seconds(value) <= seconds(max), { ...must(expected), abort: true })
    .transform(seconds)
    .meta({ expected });
};

const quantityOf = (expected: string, read: (value: string) => number | undefined) =>
  z
    .union([z.number(), z.string()], must(expected))
    .refine((value) => (read(String(value)) ?? 0) > 0, { ...must(expected), abort: true })
    .transform((value) => read(String(value)) ?? 0)
    .meta({ expected });

/** Kept as a number of bytes. */
export const byteCount = () => quantityOf('a quantity of bytes above 0, such as 512Mi or 20Gi', quantity.bytes);

/** Kept as a number of thousandths of a CPU. */
export const cpuCount = () => quantityOf('a quantity of CPUs above 0, such as 250m, 0.5 or 2', quantity.millicpus);

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** A name of an object whose name is a DNS label (RFC 1123). */
export const dnsLabel = () =>
  text('a DNS label: at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit', new RegExp(`^(?=.{1,63}$)${LABEL}$`));

/** A name of an object whose name is a DNS subdomain (RFC 1123). */
export const objectName = () =>
  text('a name of an object: lower-case letters, digits, "-" and "."', new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`));

export const releaseName = () =>
  text('at most 30 lower-case letters, digits and "-", beginning with a letter and ending with a letter or digit', /^(?=.{1,30}$)[a-z](?:[-a-z0-9]*[a-z0-9])?$/);

export const host = () =>
  text('a host name such as shop.example.com, or .example.com for it and all below it', new RegExp(`^(?=.{1,253}$)\\.?${LABEL}(?:\\.${LABEL})*$`));

const TAG = /^(?<name>[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$/;

/** The parts of an image's name; undefined where it cannot be one. */
export function imageParts(image: string): { tag?: string; digest?: string } | undefined {
  const groups = TAG.exec(image)?.groups;
  return groups && { tag: groups.tag, digest: groups.digest };
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

export const pythonName = () => text('the name of a Python package, such as main_app', /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/);

/** A path without `..`, empty parts or characters that a configuration file or shell would read as its own. */
export const relativePath = () => text('a relative path without "..", such as django_app', /^(?:\.|(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+-]+(?:\/[\w.@+-]+)*)$/);
export const absolutePath = () => text('an absolute path without "..", such as /app/media', /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[\w.@+-]+)+$/);
export const urlPath = () => text('a URL path such as /healthz', /^(?!.*\/\.{1,2}(?:\/|$))\/[\w.~+/-]*$/);
export const urlPrefix = () => text('a URL path that begins and ends with "/", such as /static/', /^(?!.*\/\.{1,2}\/)(?:\/[\w.~+-]+)+\/$/);

export const cidr = () => {
  const expected = 'a range of IPv4 or IPv6 addresses, such as 203.0.113.0/24';
  return z
    .string(must(expected))
    .refine((value) => {
      const [address = '', prefix = '', ...rest] = value.split('/');
      const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
      return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
    }, must(expected))
    .meta({ expected });
};

/** A name in DNS inside the cluster, or an IP address. */
export const dnsServer = () =>
  text('the name of a Service such as kube-dns.kube-system.svc.cluster.local, or an IPv4 address', new RegExp(`^(?=.{1,253}$)(?:\\d{1,3}(?:\\.\\d{1,3}){3}|${LABEL}\\.${LABEL}\\.svc(?:\\.${LABEL})+)$`));

const CRON_FIELDS = /^(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\dA-Za-z*,/-]+\s+){4}[\dA-Za-z*,/-]+)$/;
/** Where cron lines are tried from, so that the same line is judged alike on every day. */
const CRON_EPOCH = new Date('2024-01-01T00:00:00Z');

function cronCanBe(line: string): boolean {
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
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return /^[A-Za-z]/.test(zone);
      } catch {
        return false;
      }
    }, must(expected))
    .meta({ expected });
};

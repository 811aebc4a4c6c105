import { z } from 'zod';
import { objectName } from '../../names';
import { byteCount, duration, listOf, must, oneOf, section, text, wholeNumber, yesOrNo, type Meta } from '../../types';
import { requestKey } from './balance';

/** Where answers are kept. */
export const cacheStore = section({
  storage: oneOf('memory', 'disk')
    .default('memory')
    .meta({
      description: "Where answers are kept: in the pod's memory, of which they take their part, or on the node's disk.",
    } satisfies Meta),
  size: byteCount()
    .prefault('64Mi')
    .meta({
      description: 'Size of all kept answers in each pod; half as much again, from 64Mi to 1Gi, is set aside for new ones that come in.',
    } satisfies Meta),
  claim: objectName()
    .optional()
    .meta({
      description: 'Existing ReadWriteMany claim for `storage: disk`; each pod has a folder of its own in it.',
      derivedDefault: "the node's disk",
    } satisfies Meta),
  inactive: duration('10s', '30d')
    .prefault('10m')
    .meta({ description: 'Time without a request after which an answer is dropped, whatever `valid` says.' } satisfies Meta),
}).superRefine(({ storage, claim }, context) => {
  if (claim !== undefined && storage !== 'disk') {
    context.addIssue({ code: 'custom', path: ['claim'], message: `is for storage: disk only, got ${storage}` });
  }
});

const DEFAULT_KEY = ['host', 'uri'];
/** Django's names for the cookies of sessions, of messages that are shown once, and of the language that a visitor has chosen. */
const DEFAULT_BYPASS = ['cookie:sessionid', 'cookie:messages', 'cookie:django_language', 'header:Authorization'];

/** Headers that nginx writes or leaves out itself, so that Django would not see what the key has. */
const NOT_PASSED =
  /^header:(?:host|cookie|authorization|connection|upgrade|range|if-.*|content-.*|transfer-encoding|te|expect|keep-alive|forwarded|x-forwarded-.*|x-real-ip|x-request-id|x-original-url|x-rewrite-url)$/i;

/** Parts that a request may lack. Cookies may have names such as `__Host-sessionid`. */
const sign = () =>
  text('cookie:NAME, header:NAME or argument:NAME', /^(?:cookie:[A-Za-z0-9_.-]+|header:[A-Za-z][A-Za-z0-9-]*|argument:\w+)$/);

/** What is kept of the answers at a location. */
export const cacheRules = section({
  valid: z
    .record(
      text('a status such as 200, or any', /^(?:[2-5]\d\d|any)$/),
      duration('1s', '365d'),
      must('times by status, such as { "200": 5m, "404": 1m }'),
    )
    .refine((value) => Object.keys(value).length > 0, { error: 'must name at least one status' })
    .meta({
      description: 'Time that answers of a status are kept, unless Django says otherwise in `Cache-Control`.',
      expected: 'times by status, such as `{ "200": 5m, "404": 1m }`',
    } satisfies Meta),
  key: listOf(requestKey(), 'parts of a request')
    .min(1, { error: 'must name at least one part' })
    .default(DEFAULT_KEY)
    .meta({
      description:
        'Parts of a request that tell answers apart. `path` leaves the query out, which then does not reach Django either, but for each `argument:NAME`.',
    } satisfies Meta),
  methods: listOf(oneOf('GET', 'HEAD'), 'methods')
    .min(1, { error: 'must name at least one method' })
    .default(['GET', 'HEAD'])
    .meta({
      description:
        'Methods whose answers are kept; without HEAD such requests reach Django. Never POST: the key does not know the body, and one visitor would get the answer to the form of another.',
    } satisfies Meta),
  bypass: listOf(sign(), 'parts of a request')
    .default(DEFAULT_BYPASS)
    .meta({
      description: "Parts of a request which, when they are there, lead past the cache: by default those of Django's users.",
    } satisfies Meta),
  minUses: wholeNumber(1, 1000)
    .default(1)
    .meta({ description: 'Requests after which an answer is kept.' } satisfies Meta),
  stale: yesOrNo()
    .default(true)
    .meta({ description: 'Serve an old answer while a new one is fetched in the background, and when Django fails.' } satisfies Meta),
  lock: duration('1s', '5m')
    .prefault('5s')
    .meta({
      description:
        'Time for which all but the first of the same requests wait for its answer; they wait in vain where Django forbids to keep it.',
    } satisfies Meta),
}).superRefine(({ key, methods }, context) => {
  if (!key.some((part) => part === 'uri' || part === 'path')) {
    context.addIssue({ code: 'custom', path: ['key'], message: 'must hold uri or path: all pages would be the same one' });
  }
  if (!key.includes('host'))
    context.addIssue({ code: 'custom', path: ['key'], message: 'must hold host: sites of other names would be the same one' });
  key.forEach((part, index) => {
    if (key.findIndex((other) => other.toLowerCase() === part.toLowerCase()) < index) {
      context.addIssue({ code: 'custom', path: ['key', index], message: `must not stand twice, got ${part}` });
    }
    if (!NOT_PASSED.test(part)) return;
    const message = `must not be a header that Nginx does not pass on as it comes, got ${part}: take host, cookie:NAME or a header of your own`;
    context.addIssue({ code: 'custom', path: ['key', index], message });
  });
  if (!methods.includes('GET')) context.addIssue({ code: 'custom', path: ['methods'], message: 'must hold GET, which HEAD goes with' });
});

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
    .meta({ description: 'Size of all kept answers in each pod.' } satisfies Meta),
  claim: objectName()
    .optional()
    .meta({
      description: 'Existing ReadWriteMany claim for `storage: disk`; each pod has a folder of its own in it.',
      derivedDefault: "the node's disk",
    } satisfies Meta),
  inactive: duration('10s', '30d')
    .prefault('10m')
    .meta({ description: 'Time without a request after which an answer is dropped.' } satisfies Meta),
});

const keyPart = requestKey();
const DEFAULT_KEY = ['host', 'uri'];

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
  key: listOf(keyPart, 'parts of a request')
    .min(1, { error: 'must name at least one part' })
    .default(DEFAULT_KEY)
    .meta({ description: 'Parts of a request that tell answers apart; `path` leaves the query out.' } satisfies Meta),
  methods: listOf(oneOf('GET', 'HEAD', 'POST'), 'methods')
    .min(1, { error: 'must name at least one method' })
    .default(['GET', 'HEAD'])
    .meta({ description: 'Methods whose answers are kept.' } satisfies Meta),
  bypass: listOf(requestKey(), 'parts of a request')
    .default(['cookie:sessionid', 'header:Authorization'])
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
    .meta({ description: 'Time for which all but the first of the same requests wait for its answer.' } satisfies Meta),
}).superRefine(({ key, methods }, context) => {
  if (!key.some((part) => part === 'uri' || part === 'path')) {
    context.addIssue({ code: 'custom', path: ['key'], message: 'must hold uri or path: all pages would be the same one' });
  }
  if (!key.includes('host'))
    context.addIssue({ code: 'custom', path: ['key'], message: 'must hold host: sites of other names would be the same one' });
  if (methods.includes('POST')) {
    context.addIssue({
      code: 'custom',
      path: ['methods'],
      message: 'must not hold POST: the key does not know the body, and one visitor would get the answer to the form of another',
    });
  }
});

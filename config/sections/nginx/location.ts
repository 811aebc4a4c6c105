import { z } from 'zod';
import { sitePath } from '../../names';
import { byteCount, duration, must, oneOf, section, yesOrNo, type Meta } from '../../types';
import { access } from './access';
import { cacheRules } from './cache';
import { limits } from './limits';

const off = <T extends z.ZodType>(group: T) => z.union([z.literal(false), group], must('false or a group of settings'));

/** A path of the site, and what holds there; what it does not say is as for the whole site. */
export const location = section({
  path: sitePath().meta({ description: 'Path, with all below it.' } satisfies Meta),
  match: oneOf('prefix', 'exact')
    .default('prefix')
    .meta({ description: 'Whether what lies below the path is meant too.' } satisfies Meta),
  cache: off(cacheRules).optional().meta({
    description: 'What is kept of its answers, as `nginx.locations[].cache`; `false` for nothing.',
    expected: 'false or a group of settings',
  }),
  limits: off(limits)
    .optional()
    .meta({ description: 'How much one visitor may ask for; `false` for no limit.', expected: 'false or a group of settings' }),
  access: off(access).optional().meta({ description: 'Who may come in; `false` for everybody.', expected: 'false or a group of settings' }),
  uploadLimit: byteCount()
    .optional()
    .meta({ description: 'Largest body of a request.', derivedDefault: '`nginx.uploadLimit`' } satisfies Meta),
  timeout: duration('1s', '24h')
    .optional()
    .meta({
      description: 'Time without a byte from Gunicorn after which a request ends with 504, or a websocket is closed.',
      derivedDefault: '`nginx.timeouts.response`, or 1h with `websocket`',
    } satisfies Meta),
  buffering: yesOrNo()
    .default(true)
    .meta({
      description:
        'Take an answer from Gunicorn as fast as it comes and hand it out at the pace of the client; `false` for server-sent events and streams.',
    } satisfies Meta),
  requestBuffering: yesOrNo()
    .default(true)
    .meta({
      description: 'Hand a request to Gunicorn once its body is complete; `false` for uploads that the application reads as they come.',
    } satisfies Meta),
  websocket: yesOrNo()
    .default(false)
    .meta({ description: 'Connections may become websockets; needs `django.interface: asgi`.' } satisfies Meta),
  retry: yesOrNo()
    .default(true)
    .meta({ description: 'Ask another pod when one does not answer, for methods that may be repeated.' } satisfies Meta),
});

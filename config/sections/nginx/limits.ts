import { z } from 'zod';
import { must, section, text, wholeNumber, yesOrNo, type Meta } from '../../types';
import { requestKey } from './balance';

/** Kept as a number of requests a minute. */
const rate = () => {
  const expected = 'requests per second or minute, such as 10/s or 30/m';
  return text(expected, /^[1-9]\d{0,5}\/[sm]$/)
    .transform((value) => Number.parseInt(value, 10) * (value.endsWith('s') ? 60 : 1))
    .meta({ expected });
};

const per = () =>
  requestKey()
    .default('address')
    .meta({
      description:
        'What is counted for: each address, or each value of another part of a request; requests without it count for their address.',
    } satisfies Meta);

/** How much one visitor may ask for. */
export const limits = section({
  requests: section({
    rate: rate().meta({ description: 'Requests, in each pod of Nginx; above them the answer is 429.' } satisfies Meta),
    burst: wholeNumber(0, 100_000)
      .default(20)
      .meta({ description: 'Requests above the rate that are let through at once, before they count against it.' } satisfies Meta),
    per: per(),
  })
    .optional()
    .meta({ description: 'Limit of requests in a time.' }),
  connections: section({
    // As many as nginx can count.
    count: wholeNumber(1, 65_535).meta({
      description: 'Requests at one time, in each pod of Nginx; above them the answer is 429.',
    } satisfies Meta),
    per: per(),
  })
    .optional()
    .meta({ description: 'Limit of requests at one time.' }),
  dryRun: yesOrNo()
    .default(false)
    .meta({
      description: 'Count and log what would be refused (`"limited"` and `"limited_connections"` in the access log), and refuse nothing.',
    } satisfies Meta),
}).refine(
  ({ requests, connections }) => requests !== undefined || connections !== undefined,
  must('a limit of requests, of connections, or both'),
);

/** What one request may be. */
export const requestLimits = section({
  headers: wholeNumber(10, 1000)
    .default(100)
    .meta({ description: 'Header fields of a request; above them the answer is 400.' } satisfies Meta),
  headerSize: z
    .union([z.literal('8k'), z.literal('16k'), z.literal('32k'), z.literal('64k')], must('one of 8k, 16k, 32k, 64k'))
    .default('8k')
    .meta({
      description: 'Size of one header field, cookies among them, and of the URL.',
      expected: 'one of 8k, 16k, 32k, 64k',
    } satisfies Meta),
}).prefault({});

import { wholeNumber, section, type Meta } from '../../types';

/** What is logged. */
export const log = section({
  staticSample: wholeNumber(0, 100, 'per cent')
    .default(100)
    .meta({ description: 'Share of the hits on static and uploaded files that are logged; errors always are.' } satisfies Meta),
}).prefault({});

import { z } from 'zod';
import { section, wholeNumber, type Meta } from '../types';

const count = (what: string) => wholeNumber(1, 100).meta({ description: what } satisfies Meta);

/** How many pods: a number, or bounds between which a HorizontalPodAutoscaler chooses. */
export const replicas = () =>
  z
    .union(
      [
        wholeNumber(1, 100),
        section({
          min: count('Fewest pods.'),
          max: count('Most pods.'),
          cpu: wholeNumber(1, 100, 'per cent')
            .default(70)
            .meta({
              description: 'Use of the CPU request above which pods are added.',
            } satisfies Meta),
        }).refine(({ min, max }) => min <= max, { path: ['min'], error: 'must not be above max' }),
      ],
      { error: 'must be a whole number from 1 to 100, or a group of min and max' },
    )
    .meta({ expected: 'a whole number from 1 to 100, or `{ min, max, cpu }`' })
    .default(2)
    .meta({ description: 'Pods; with min and max, a HorizontalPodAutoscaler chooses.' } satisfies Meta);

/** A single number is both bounds, and nothing chooses between them. */
export const replicaBounds = (given: z.output<ReturnType<typeof replicas>>) =>
  typeof given === 'number' ? { min: given, max: given, cpu: undefined } : given;

import { type z } from 'zod';
import { labelKey, labelValue } from '../names';
import { listOf, oneOf, section, wholeNumber, type Meta } from '../types';

const requirement = {
  key: labelKey().meta({ description: 'Label of the node.' } satisfies Meta),
  operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt').meta({
    description: 'How its value is compared: `NotIn` takes nodes without the label too, `Gt` and `Lt` compare whole numbers.',
  } satisfies Meta),
  values: listOf(labelValue(), 'values')
    .default([])
    .meta({ description: 'What it is compared with: several for `In` and `NotIn`, one for `Gt` and `Lt`.' } satisfies Meta),
};

type Requirement = z.output<z.ZodObject<typeof requirement>>;

/** Whole numbers as the scheduler reads them, which has 64 bits with a sign for each. */
const WHOLE = /^\d{1,18}$/;

/** Kubernetes takes a requirement that no node can fulfil, and leaves the pods waiting. */
function fits({ operator, values }: Requirement, context: z.RefinementCtx) {
  const refuse = (message: string, ...place: number[]) => context.addIssue({ code: 'custom', path: ['values', ...place], message });
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) refuse(`cannot stand beside operator ${operator}, which looks at no value`);
  } else if (values.length === 0) {
    refuse(`is missing: operator ${operator} compares with it`);
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length > 1) refuse(`must be a single one with operator ${operator}, got ${values.length}`);
    else if (!WHOLE.test(values[0] ?? '')) refuse(`must be a whole number with operator ${operator}, such as "16", got "${values[0]}"`, 0);
  }
}

/** Nodes by their labels, beyond one label being one value. */
export const nodeAffinity = section({
  required: listOf(section(requirement).superRefine(fits), 'requirements')
    .default([])
    .meta({ description: 'What must hold of a node, all of it, beside what `gpu` asks for.' } satisfies Meta),
  preferred: listOf(
    section({
      ...requirement,
      weight: wholeNumber(1, 100)
        .default(1)
        .meta({ description: 'How much it counts, beside the others.' } satisfies Meta),
    }).superRefine(fits),
    'requirements with a weight',
  )
    .default([])
    .meta({
      description: 'What should hold of a node: of those that will do, the pods go to the one where most of it holds.',
    } satisfies Meta),
}).prefault({});

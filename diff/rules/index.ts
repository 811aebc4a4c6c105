/** All rules: each takes what it knows, the last ones what is left. */
import type { Rule } from '../rule';
import { CAPACITY } from './capacity';
import { DATA_LOSS } from './data-loss';
import { DOWNTIME } from './downtime';
import { EXPOSURE } from './exposure';
import { FRONT } from './front';
import { IMMUTABLE } from './immutable';
import { MIGRATION } from './migration';
import { COSMETIC, IN_PLACE } from './rest';
import { RESTART } from './restart';
import { RIGHTS } from './rights';

export const RULES: readonly Rule[] = [
  ...DATA_LOSS,
  ...IMMUTABLE,
  ...DOWNTIME,
  ...RESTART,
  ...MIGRATION,
  ...EXPOSURE,
  ...FRONT,
  ...RIGHTS,
  ...CAPACITY,
  ...COSMETIC,
  ...IN_PLACE,
];

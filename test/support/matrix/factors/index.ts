/** Every setting of an environment file, at each kind of value that it takes. */
import { NGINX } from './nginx';
import { STACK } from './stack';
import type { Path, Table } from './types';

export type { Input, Path } from './types';

export const FACTORS: Table<Path> = { ...STACK, ...NGINX };

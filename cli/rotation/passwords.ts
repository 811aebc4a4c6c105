/** Passwords of the database, new ones beside those of before. */
import { existsSync } from 'node:fs';
import { POSTGRES_PASSWORD, type SecretContract } from '../../constructs/secrets';
import { randomValue, type SecretValues } from '../secret-values';

const before = (path: string) => `${path}.before`;

/** Where the value of before is kept, until the rotation has ended. */
export const beforePath = (values: SecretValues, contract: SecretContract, key: string) => before(values.path(contract, key));

/** Values that an earlier rotation has left: what uses them may still run. */
export const unfinished = (paths: readonly string[]): string[] =>
  paths
    .map(before)
    .filter(existsSync)
    .map((path) => `${path} is there, from a rotation that has not ended: run its last commands, or move it back and apply it`);

export function newPassword(values: SecretValues, contract: SecretContract): void {
  values.replace(contract, POSTGRES_PASSWORD, randomValue(), beforePath(values, contract, POSTGRES_PASSWORD));
}

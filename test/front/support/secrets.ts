/** The Secrets that nginx reads, as `npm run secrets` makes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretValues } from '../../../cli/secret-values';
import type { Config } from '../../../config/resolve';
import { secretContracts, type SecretContract } from '../../../constructs/secrets';
import type { Secrets } from './volumes';

/** Of no front. */
const LOGINS = ['a', 'b'] as const;

const made = new Map<string, Promise<Secrets>>();

async function make(contracts: readonly SecretContract[], hosts: readonly string[]): Promise<Secrets> {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  const values = new SecretValues(folder);
  try {
    for (const contract of contracts) await values.fill(contract, { hosts, logins: LOGINS });
    const whole = contracts.filter((contract) => values.missing(contract).length === 0);
    return Object.fromEntries(whole.map((contract) => [contract.name, values.read(contract)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What can be made of them, by name and key.
 * @param hosts - that certificates are for
 */
export function secretsOf(config: Config, hosts: readonly string[]): Promise<Secrets> {
  const contracts = Object.values(secretContracts(config)).filter(({ readers }) => readers.includes('nginx'));
  const key = JSON.stringify([contracts, hosts]);
  const secrets = made.get(key) ?? make(contracts, hosts);
  made.set(key, secrets);
  return secrets;
}

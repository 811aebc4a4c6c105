/** What must hold between settings. Each rule names the setting to change. */
import type { Problem } from './problems';
import type { Config } from './resolve';
import { djangoRules } from './rules/django';
import { gunicornRules, gunicornWarnings } from './rules/gunicorn';
import { accessRules } from './rules/nginx-access';
import { balanceRules, balanceWarnings } from './rules/nginx-balance';
import { cacheRules } from './rules/nginx-cache';
import { exposureRules, exposureWarnings } from './rules/nginx-exposure';
import { fileRules } from './rules/nginx-files';
import { limitRules, limitWarnings } from './rules/nginx-limits';
import { proxyingRules } from './rules/nginx-proxying';
import { tlsRules } from './rules/nginx-tls';
import { workerRules } from './rules/nginx-workers';
import { postgresRules } from './rules/postgres';

export type Rule = (config: Config) => Problem | undefined | false;

const rules: readonly Rule[] = [
  ...postgresRules,
  ...djangoRules,
  ...gunicornRules,
  ...balanceRules,
  ...exposureRules,
  ...fileRules,
  ...proxyingRules,
  ...cacheRules,
  ...limitRules,
  ...accessRules,
  ...tlsRules,
  ...workerRules,
];

/** Every rule that a configuration breaks. */
export function brokenRules(config: Config): Problem[] {
  return rules.map((rule) => rule(config)).filter((problem) => typeof problem === 'object');
}

/** What works, but may surprise. */
export function warnings(config: Config): Problem[] {
  return [...gunicornWarnings(config), ...balanceWarnings(config), ...exposureWarnings(config), ...limitWarnings(config)];
}

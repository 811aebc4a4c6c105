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
import { parameterRules, parameterWarnings } from './rules/postgres-parameters';

export type Rule = (config: Config) => Problem | readonly Problem[] | undefined | false;

const rules: readonly Rule[] = [
  ...postgresRules,
  ...parameterRules,
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
  return rules.flatMap((rule) => {
    const found = rule(config);
    return found === undefined || found === false ? [] : found;
  });
}

/** What works, but may surprise. */
export function warnings(config: Config): Problem[] {
  return [gunicornWarnings, balanceWarnings, exposureWarnings, limitWarnings, parameterWarnings].flatMap((warn) => warn(config));
}

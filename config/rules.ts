/** What must hold between settings. Each rule names the setting to change. */
import type { Problem } from './problems';
import type { Config } from './resolve';
import { cloudNativePgRules, cloudNativePgWarnings } from './rules/cloudnative-pg';
import { djangoRules, djangoWarnings } from './rules/django';
import { gunicornRules, gunicornWarnings } from './rules/gunicorn';
import { groupRules } from './rules/gunicorn-groups';
import { accessRules } from './rules/nginx-access';
import { balanceRules, balanceWarnings } from './rules/nginx-balance';
import { cacheRules } from './rules/nginx-cache';
import { exposureRules, exposureWarnings } from './rules/nginx-exposure';
import { fileRules } from './rules/nginx-files';
import { limitRules, limitWarnings } from './rules/nginx-limits';
import { proxyingRules } from './rules/nginx-proxying';
import { tlsRules } from './rules/nginx-tls';
import { workerRules } from './rules/nginx-workers';
import { offsiteRules } from './rules/offsite';
import { postgresRules } from './rules/postgres';
import { kindRules, kindWarnings } from './rules/postgres-kind';
import { parameterRules, parameterWarnings } from './rules/postgres-parameters';
import { sharedNodeRules, sharedNodeWarnings } from './rules/shared-node';

export type Rule = (config: Config) => Problem | readonly Problem[] | undefined | false;

const rules: readonly Rule[] = [
  ...kindRules,
  ...cloudNativePgRules,
  ...postgresRules,
  ...parameterRules,
  ...djangoRules,
  ...gunicornRules,
  ...groupRules,
  ...sharedNodeRules,
  ...balanceRules,
  ...exposureRules,
  ...fileRules,
  ...proxyingRules,
  ...cacheRules,
  ...limitRules,
  ...accessRules,
  ...tlsRules,
  ...workerRules,
  ...offsiteRules,
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
  const all = [
    kindWarnings,
    cloudNativePgWarnings,
    djangoWarnings,
    gunicornWarnings,
    sharedNodeWarnings,
    balanceWarnings,
    exposureWarnings,
    limitWarnings,
    parameterWarnings,
  ];
  return all.flatMap((warn) => warn(config));
}

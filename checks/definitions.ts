/** Judges objects of other people's kinds by their definitions in crds/. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Manifest } from '../constructs/manifests';

const CRDS = join(__dirname, 'crds');

/** Formats such as int32 are left to the range that stands beside them. */
const OPTIONS = { allErrors: true, strict: false, validateFormats: false } as const;
const judge = new Ajv(OPTIONS);
const fill = new Ajv({ ...OPTIONS, useDefaults: true });

function compiled(ajv: Ajv, { apiVersion, kind }: Manifest): ValidateFunction | undefined {
  const key = `${apiVersion}/${kind}`;
  const path = join(CRDS, `${key}.json`);
  if (!ajv.getSchema(key) && existsSync(path)) ajv.addSchema(JSON.parse(readFileSync(path, 'utf8')) as object, key);
  return ajv.getSchema(key);
}

/** What is wrong with an object, a line each; undefined where its kind is not known here. */
export function definitionProblems(object: Manifest): string[] | undefined {
  const validate = compiled(judge, object);
  if (!validate) return undefined;
  if (validate(object)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath.slice(1).replaceAll('/', '.')}: ${message}${'additionalProperty' in params ? ` (${String(params.additionalProperty)})` : ''}`,
  );
}

/** The object as the API keeps it: with the defaults of its definition. */
export function withDefaults(object: Manifest): Manifest {
  const filled = structuredClone(object);
  compiled(fill, object)?.(filled);
  return filled;
}

/**
 * Writes what checks/schema.ts reads of other people's definitions: `npx tsx checks/crds/update.ts CRD.yaml...`, each as its project
 * published it. Descriptions, status and the rules in CEL are left out, and no field is taken that the definition does not name.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly storage: boolean; readonly schema: { readonly openAPIV3Schema: Json } }[];
  };
}

const isGroup = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema, or a list of them. */
function trim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(trim);
  if (!isGroup(schema)) return schema;
  const open = schema.additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const kept = Object.entries(schema).filter(([key]) => key !== 'description' && !key.startsWith('x-kubernetes-'));
  const inside = kept.map(([key, value]): [string, unknown] => {
    if (key === 'properties' && isGroup(value))
      return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, trim(one)]))];
    return [key, key === 'default' || key === 'enum' || key === 'required' ? value : trim(value)];
  });
  return { ...Object.fromEntries(inside), ...(isGroup(schema.properties) && !open ? { additionalProperties: false } : {}) };
}

for (const path of process.argv.slice(2)) {
  const { spec } = parse(readFileSync(path, 'utf8')) as Definition;
  for (const { name, schema } of spec.versions.filter(({ storage }) => storage)) {
    const properties = { ...(schema.openAPIV3Schema.properties as Json) };
    delete properties.status;
    const folder = join(__dirname, spec.group, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${spec.names.kind}.json`), `${JSON.stringify(trim({ ...schema.openAPIV3Schema, properties }))}\n`);
  }
}

/** The schema as JSON schema: for editors, and for the table of settings. */
import { z } from 'zod';
import { schema } from '../schema';

/** A part of a JSON schema, with the words of `Meta`. */
export interface Node {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly expected?: string;
  readonly derivedDefault?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: Node | boolean;
}

export function jsonSchema(): Node {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as Node;
}

/** What editors read: the same in the words of JSON schema alone. */
export function editorSchema(): string {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const { expected, derivedDefault, ...rest } = value as Node & Record<string, unknown>;
    const said = [rest.description, expected && `Takes ${expected}.`, derivedDefault && `Default: ${derivedDefault}.`];
    const description = said.filter((part) => typeof part === 'string').join(' ');
    const inside = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, key === 'default' ? inner : plain(inner)]));
    return description === '' || isPropertyTable(rest) ? inside : { ...inside, description };
  };
  return `${JSON.stringify(plain(jsonSchema()), null, 2)}\n`;
}

/** A group of properties by name is no schema itself, even when one of them is called `description`. */
const isPropertyTable = (value: object) => Object.values(value).every((inner) => typeof inner === 'object' && inner !== null);

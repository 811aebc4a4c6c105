/** `npm run docs`: writes what follows from the schema. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchema } from './json-schema';
import { configurationPage } from './table';

/** Files that follow from the schema, by their path in the project. */
export const DOCUMENTS = { 'config/schema.json': editorSchema, 'docs/configuration.md': configurationPage };

if (require.main === module) {
  for (const [path, content] of Object.entries(DOCUMENTS)) writeFileSync(join(__dirname, '../..', path), content());
}

/** `npm run docs`: writes the pages that follow from the schema and the constructs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchema } from '../config/document/json-schema';
import { configurationPage } from '../config/document/table';
import { examplePage } from '../constructs/nginx/example-page';
import { page as diffPage } from '../diff/page';
import { page as statusPage } from './status/page';

const ROOT = join(__dirname, '..');

/** What is written, by its path in the project. */
export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'config/schema.json': editorSchema,
  'docs/configuration.md': configurationPage,
  'docs/diff.md': diffPage,
  'docs/status.md': statusPage,
  'docs/front/example.md': () => examplePage(ROOT),
};

if (require.main === module) {
  for (const [path, content] of Object.entries(DOCUMENTS)) writeFileSync(join(ROOT, path), content());
}

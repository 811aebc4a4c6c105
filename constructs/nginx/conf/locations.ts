/** What stands at which path. */
import { proxy } from './upstream';
import { block, paragraphs, type Line } from './text';
import type { ConfSettings } from './settings';

const NO_SNIFFING = 'add_header X-Content-Type-Options nosniff always;';

function staticFiles({ static: files }: ConfSettings): Line[] {
  if (!files) return [];
  return block(
    `location ${files.url}`,
    `alias ${files.directory}/;`,
    '# Texts are kept compressed, and unpacked for clients that cannot do that.',
    'gzip_static always;',
    'gunzip on;',
    '# The time of a mounted file is that of its pod, so that pods would contradict each other.',
    'etag off;',
    'if_modified_since off;',
    'add_header Last-Modified "";',
    `add_header Cache-Control "public, max-age=${files.maxAge}";`,
    NO_SNIFFING,
  );
}

function media({ media: files }: ConfSettings): Line[] {
  return files ? block(`location ${files.url}`, `alias ${files.directory}/;`, NO_SNIFFING) : [];
}

export function locations(settings: ConfSettings): Line[] {
  return paragraphs(staticFiles(settings), media(settings), block('location /', proxy(settings)));
}

import type { Concern } from './concern';
import { DIRECTORIES } from './settings';
import { block, paragraphs } from './text';

const NO_SNIFFING = 'add_header X-Content-Type-Options nosniff always;';

/** Static and uploaded files, which never reach Django. */
export const staticFiles: Concern = {
  locations: ({ nginx: { static: files }, media }) =>
    paragraphs(
      files
        ? block(
            `location ${files.url}`,
            `alias ${DIRECTORIES.static}/;`,
            '# Texts are kept compressed, and unpacked for clients that cannot do that.',
            'gzip_static always;',
            'gunzip on;',
            '# The time of a mounted file is that of its pod, so that pods would contradict each other.',
            'etag off;',
            'if_modified_since off;',
            'add_header Last-Modified "";',
            `add_header Cache-Control "public, max-age=${files.maxAge}";`,
            NO_SNIFFING,
          )
        : [],
      media ? block(`location ${media.url}`, `alias ${DIRECTORIES.media}/;`, NO_SNIFFING) : [],
    ),
};

import { image, objectName, relativePath, absolutePath, urlPrefix } from '../../names';
import { byteCount, duration, listOf, section, type Meta } from '../../types';

/** A name that follows the content, as of `ManifestStaticFilesStorage`: `site.5c0b501f9979.css`. Source: Django, HashedFilesMixin. */
export const HASHED_NAME = /\.[0-9a-f]{12}(?:\.[^./]+)?$/;

/** Where collected static files come from. */
const SOURCES = ['directory', 'image', 'claim'] as const;
const INSTEAD = 'take previous with directory, previousImages with image, and with claim keep the files of earlier releases in it';

const fromImage = section({
  name: image().meta({ description: 'Image that holds the files and `cp`; best a small one made for them.' } satisfies Meta),
  path: absolutePath().meta({ description: 'Folder of the files in it, which any user may read.' } satisfies Meta),
});

export const staticFiles = section({
  directory: relativePath()
    .optional()
    .meta({
      description:
        'Folder of collected static files (`STATIC_ROOT`), seen from the folder above `environments/`; they travel in ConfigMaps.',
    } satisfies Meta),
  image: fromImage.optional().meta({ description: 'Image that the files are copied from when a pod starts.' }),
  claim: objectName()
    .optional()
    .meta({
      description: 'Existing claim that holds the files, for more than fits elsewhere; pods on several nodes mount it, and only read.',
    } satisfies Meta),
  previous: listOf(relativePath(), 'folders')
    .default([])
    .meta({
      description:
        'With `directory`, folders of the releases before, newest first: their hashed files stay served for pages that were loaded then.',
    } satisfies Meta),
  previousImages: listOf(image(), 'images')
    .default([])
    .meta({ description: 'With `image`, images of the releases before, newest first, with the same folder, for the same.' } satisfies Meta),
  size: byteCount()
    .prefault('256Mi')
    .meta({
      description: 'With `image`, room in a pod for all files of all these images, and texts compressed beside them.',
    } satisfies Meta),
  url: urlPrefix()
    .default('/static/')
    .meta({ description: "The project's `STATIC_URL`." } satisfies Meta),
  maxAge: duration('1s', '365d')
    .prefault('1d')
    .meta({
      description: 'Time that browsers may keep a file; those with a hash in their name, as of `ManifestStaticFilesStorage`, a year.',
    } satisfies Meta),
}).superRefine((value, context) => {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const given = SOURCES.filter((source) => value[source] !== undefined);
  if (given.length !== 1)
    refuse([], `needs exactly one of ${SOURCES.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`);
  if (value.previous.length > 0 && value.directory === undefined) refuse(['previous'], `goes with directory only: ${INSTEAD}`);
  if (value.previousImages.length > 0 && value.image === undefined) refuse(['previousImages'], `goes with image only: ${INSTEAD}`);
  for (const [name, now] of [
    ['previous', value.directory],
    ['previousImages', value.image?.name],
  ] as const) {
    value[name].forEach((one, index) => {
      if (one === now || value[name].indexOf(one) < index)
        refuse([name, index], `must be of an earlier release, got ${one} twice: remove it here`);
    });
  }
});

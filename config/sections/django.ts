import { z } from 'zod';
import {
  absolutePath,
  cidr,
  ENVIRONMENT_NAME,
  ENVIRONMENT_NAME_EXPECTED,
  environmentName,
  host,
  objectName,
  pythonName,
  relativePath,
  urlPath,
  urlPrefix,
} from '../names';
import { byteCount, listOf, oneOf, section, wholeNumber, type Meta } from '../types';

/** Variables that the stack itself sets, so that no file can set them to something else. */
const STACK_VARIABLES =
  /^(?:POSTGRES_.*|PG(?:HOST|PORT|USER|PASSWORD|DATABASE|SSL.*)|DATABASE_URL|GUNICORN_.*|HOME|SECRETS_DIRECTORY|DJANGO_(?:SETTINGS_MODULE|ALLOWED_HOSTS|CSRF_TRUSTED_ORIGINS|DIRECTORY|SECRET_KEY))$/;
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|SECRET_KEY|TOKEN|API_KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS)$/i;
const SECRET_VALUE = /:\/\/[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const environment = z
  .record(
    z.string(),
    z
      .union([z.string(), z.int(), z.boolean()], { error: 'must be a text, a whole number, true or false: put other numbers into quotes' })
      .transform(String),
    {
      error: 'must be a group of environment variables',
    },
  )
  .superRefine((variables, context) => {
    for (const [name, value] of Object.entries(variables)) {
      const refuse = (message: string) => context.addIssue({ code: 'custom', path: [name], message });
      if (!ENVIRONMENT_NAME.test(name)) refuse(`must be ${ENVIRONMENT_NAME_EXPECTED}`);
      else if (STACK_VARIABLES.test(name)) refuse('is set by the stack itself: choose another name');
      else if (SECRET_NAME.test(name) || SECRET_VALUE.test(value)) {
        refuse('looks like a secret, and this file is kept in Git: name it under django.secrets instead');
      }
    }
  });

const secretKeys = listOf(environmentName(), 'names of environment variables').superRefine((names, context) => {
  names.forEach((name, index) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [index], message });
    if (STACK_VARIABLES.test(name)) refuse(`is set by the stack itself (${name}): choose another name`);
    else if (names.indexOf(name) !== index) refuse(`stands here twice (${name})`);
  });
});

const egress = z
  .union(
    [
      oneOf('none', 'internet'),
      listOf(
        section({
          cidr: cidr().meta({ description: 'Addresses that the application may connect to.' } satisfies Meta),
          ports: listOf(wholeNumber(1, 65535), 'TCP ports')
            .min(1, { error: 'must name at least one port' })
            .meta({ description: 'TCP ports at these addresses.' } satisfies Meta),
        }),
        'ranges of addresses with their ports',
      ),
    ],
    { error: 'must be none, internet, or a list of ranges of addresses with their ports' },
  )
  .meta({ expected: 'none, internet, or a list of `{ cidr, ports }`' });

/** Folders of the pod, where no volume can go. */
const OWN_FOLDERS = /^\/(?:tmp|dev|run|var\/run|proc|sys|runtime|usr|etc)(?:\/|$)/;

const media = section({
  storage: byteCount().meta({ description: 'Size of the volume claim for uploaded files.' } satisfies Meta),
  storageClass: objectName()
    .optional()
    .meta({ description: 'StorageClass of that claim.', derivedDefault: "the cluster's own" } satisfies Meta),
  accessMode: oneOf('ReadWriteMany', 'ReadWriteOnce')
    .default('ReadWriteMany')
    .meta({
      description: 'How many nodes may mount it; ReadWriteOnce allows one replica of Gunicorn and one of Nginx, on the same node.',
    } satisfies Meta),
  path: absolutePath()
    .refine((path) => !OWN_FOLDERS.test(path), {
      error:
        'must not lie in a folder that the pod or its image has for itself: /tmp, /dev, /run, /var/run, /proc, /sys, /runtime, /usr or /etc',
    })
    .meta({ description: "Where it is mounted: the project's `MEDIA_ROOT`." } satisfies Meta),
  url: urlPrefix()
    .default('/media/')
    .meta({ description: "The project's `MEDIA_URL`." } satisfies Meta),
});

/** Whether all pods that mount the uploaded files share a node. */
export const mountedByOneNode = ({ media: files }: { readonly media?: z.output<typeof media> }) => files?.accessMode === 'ReadWriteOnce';

/** The project: what Django needs to know, and what the stack needs to know of it. */
export const django = section({
  project: pythonName().meta({ description: 'Package that holds `wsgi.py` or `asgi.py`.' } satisfies Meta),
  interface: oneOf('wsgi', 'asgi')
    .default('wsgi')
    .meta({ description: 'Which of the two Gunicorn loads; websockets need `asgi`.' } satisfies Meta),
  directory: relativePath()
    .default('.')
    .meta({
      description: 'Folder of `manage.py` in the image, seen from its working directory.',
    } satisfies Meta),
  settings: pythonName()
    .optional()
    .meta({ description: '`DJANGO_SETTINGS_MODULE`.', derivedDefault: '`<project>.settings`' } satisfies Meta),
  hosts: listOf(host(), 'host names')
    .min(1, { error: 'must name at least one host' })
    .meta({
      description: 'Names that the site answers to: `DJANGO_ALLOWED_HOSTS`, and the server names of Nginx.',
    } satisfies Meta),
  healthPath: urlPath()
    .optional()
    .meta({
      description: 'Page that answers 200 without asking the database.',
      derivedDefault: 'none: the probes then only open a connection',
    } satisfies Meta),
  env: environment.default({}).meta({
    description: 'Environment variables of the application, by name; no secrets.',
    expected: 'texts, numbers, true or false by name',
  } satisfies Meta),
  secrets: secretKeys.default([]).meta({
    description: 'Further keys of the Secret `<release>-django`; each becomes the environment variable of that name.',
  } satisfies Meta),
  egress: egress.default('none').meta({
    description: 'Where the application may connect to besides the database; `internet` leaves out private and metadata addresses.',
  } satisfies Meta),
  media: media.optional().meta({ description: 'Volume for uploaded files, shared with Nginx.' }),
});

/** Every setting of an environment file: its type, range, default and one sentence, once. */
import { z } from 'zod';
import { argocd } from './sections/argocd';
import { django } from './sections/django';
import { gunicorn } from './sections/gunicorn';
import { backup, drill, migrate } from './sections/jobs';
import { nginx } from './sections/nginx/nginx';
import { offsite } from './sections/offsite';
import { postgres } from './sections/postgres';
import { dnsLabel, dnsServer, image, objectName, releaseName } from './names';
import { duration, listOf, oneOf, section, text, type Meta } from './types';

const cluster = section({
  domain: text('a domain such as cluster.local', /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/)
    .default('cluster.local')
    .meta({
      description: 'Domain of names inside the cluster.',
    } satisfies Meta),
  dns: dnsServer()
    .optional()
    .meta({
      description: "The cluster's DNS, for Nginx and for the network policies: a Service, or an IP address.",
      derivedDefault: '`kube-dns.kube-system.svc.<domain>`',
    } satisfies Meta),
  dnsTtl: duration('5s', '1h')
    .prefault('5s')
    .meta({
      description:
        "How long the cluster's DNS may go on to answer with the address of a pod that stops: the `ttl` of its answers where something " +
        'caches them. A pod of Gunicorn drains for so long and 10 seconds more.',
    } satisfies Meta),
}).prefault({});

const override = section({
  kind: text('a kind such as Deployment', /^[A-Z][A-Za-z]+$/).meta({ description: 'Kind of the one object that changes.' } satisfies Meta),
  name: objectName().meta({ description: 'Its name; of names that follow their content, the part before the hash.' } satisfies Meta),
  merge: z.record(z.string(), z.unknown(), { error: 'must be a group of fields of the object' }).meta({
    description: 'Fields to set; `null` removes one, lists of named things are merged by name, other lists are replaced.',
    expected: 'fields of the object',
  } satisfies Meta),
});

/** One release in one environment, as a file in `environments/` describes it. */
export const schema = section({
  release: releaseName().meta({ description: 'Name of the release: every object is called `<release>-<component>`.' } satisfies Meta),
  namespace: dnsLabel()
    .refine((name) => name !== 'default' && !name.startsWith('kube-'), { error: 'must be a namespace of its own, not one of the cluster' })
    .optional()
    .meta({
      description: 'Namespace, which belongs to this release alone.',
      derivedDefault: '`<release>-<environment>`, the environment being the name of the file',
    } satisfies Meta),
  image: image().meta({ description: 'Image of the application: the project, its packages, and Gunicorn.' } satisfies Meta),
  imagePullPolicy: oneOf('Always', 'IfNotPresent')
    .default('Always')
    .meta({
      description: 'When images are pulled; `IfNotPresent` for images that were loaded into the nodes.',
    } satisfies Meta),
  imagePullSecrets: listOf(objectName(), 'names of Secrets')
    .default([])
    .meta({ description: 'Secrets for pulling images.' } satisfies Meta),
  django: django.meta({ description: 'The project.' }),
  gunicorn: gunicorn.meta({ description: 'The application server.' }),
  nginx: nginx.meta({ description: 'The web server in front.' }),
  postgres: postgres.meta({ description: 'The database.' }),
  migrate: migrate.meta({ description: 'The migrations.' }),
  backup: backup.meta({ description: 'The backups.' }),
  drill: drill.meta({ description: 'The rehearsals of a restore.' }),
  offsite: offsite.optional().meta({ description: 'The copies of backups outside the cluster, encrypted, in an S3 bucket.' }),
  cluster: cluster.meta({ description: 'The cluster.' }),
  argocd: argocd.optional().meta({ description: 'Argo CD: with this section an Application is written to `dist/argocd/`.' }),
  overrides: listOf(override, 'overrides')
    .default([])
    .meta({ description: 'Last changes to single objects, for what has no setting.' } satisfies Meta),
});

/** A file as it may stand in `environments/`. */
export type Input = z.input<typeof schema>;

/** Settings as the schema leaves them: complete but for what follows from others. */
export type Settings = z.output<typeof schema>;

import { z } from 'zod';
import { image, imageParts, objectName, relativePath, urlPrefix } from '../names';
import { byteCount, duration, oneOf, section, wholeNumber, type Meta } from '../types';
import { resources } from './resources';

/** Earlier versions lack what the emitted configuration uses, or have known holes in it. Source: nginx's CHANGES. */
export const OLDEST_NGINX = [1, 30, 4] as const;

function tooOld(name: string): boolean {
  const version = /^(\d+)\.(\d+)\.(\d+)/
    .exec(imageParts(name)?.tag ?? '')
    ?.slice(1)
    .map(Number);
  if (!version) return false;
  const first = OLDEST_NGINX.findIndex((number, index) => number !== version[index]);
  return first >= 0 && (version[first] ?? 0) < (OLDEST_NGINX[first] ?? 0);
}

const tls = section({
  secretName: objectName()
    .optional()
    .meta({
      description: 'Existing Secret with `tls.crt` and `tls.key`, kept by someone else, such as cert-manager.',
      derivedDefault: '`<release>-tls`, which `npm run secrets` makes',
    } satisfies Meta),
}).prefault({});

const staticFiles = section({
  directory: relativePath().meta({
    description: 'Folder of collected static files (`STATIC_ROOT`), seen from the folder above `environments/`.',
  } satisfies Meta),
  url: urlPrefix()
    .default('/static/')
    .meta({ description: "The project's `STATIC_URL`." } satisfies Meta),
  maxAge: duration('1s', '365d')
    .prefault('1d')
    .meta({ description: 'Time that browsers may keep a file.' } satisfies Meta),
});

const port = (number: number, what: string) =>
  wholeNumber(1, 65535)
    .default(number)
    .meta({ description: what } satisfies Meta);
const nodePort = (what: string) =>
  wholeNumber(30000, 32767)
    .optional()
    .meta({ description: what, derivedDefault: 'chosen by the cluster' } satisfies Meta);

const service = section({
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer')
    .default('ClusterIP')
    .meta({ description: 'How the site is reached from outside.' } satisfies Meta),
  http: port(80, 'Port for HTTP, which only redirects to HTTPS.'),
  https: port(443, 'Port for HTTPS, as clients name it.'),
  httpNodePort: nodePort('Port for HTTP on every node.'),
  httpsNodePort: nodePort('Port for HTTPS on every node.'),
})
  .superRefine((value, context) => {
    if (value.http === value.https) context.addIssue({ code: 'custom', path: ['https'], message: 'must differ from http' });
    for (const name of ['httpNodePort', 'httpsNodePort'] as const) {
      if (value[name] !== undefined && value.type === 'ClusterIP') {
        context.addIssue({ code: 'custom', path: [name], message: 'needs type NodePort or LoadBalancer' });
      }
    }
  })
  .prefault({});

const wait = (time: string, what: string) =>
  duration('1s', '1h')
    .prefault(time)
    .meta({ description: what } satisfies Meta);

const timeouts = section({
  connect: wait('2s', 'Time to open a connection to Gunicorn.'),
  response: z.optional(duration('1s', '1h')).meta({
    description: 'Time without a byte from Gunicorn after which a request ends with 504.',
    derivedDefault: '5s more than `gunicorn.timeout`',
  } satisfies Meta),
  header: wait('15s', "Time for a request's headers to arrive."),
  body: wait('30s', "Time without a byte of a request's body."),
}).prefault({});

/** The web server in front. */
export const nginx = section({
  image: image()
    .refine((value) => !tooOld(value), { error: `must be nginx ${OLDEST_NGINX.join('.')} or newer` })
    .default('docker.io/nginxinc/nginx-unprivileged:1.30.4')
    .meta({ description: `Image of Nginx ${OLDEST_NGINX.join('.')} or newer that runs as any user.` } satisfies Meta),
  replicas: wholeNumber(1, 100)
    .default(2)
    .meta({ description: 'Pods.' } satisfies Meta),
  service,
  tls,
  static: staticFiles.optional().meta({ description: 'Static files that Nginx serves itself.' }),
  uploadLimit: byteCount()
    .prefault('20Mi')
    .meta({ description: 'Largest body of a request; above it the answer is 413.' } satisfies Meta),
  timeouts,
  resources: resources('the container', {
    requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '1Gi' },
  }),
}).prefault({});

import { z } from 'zod';
import { image, imageParts } from '../../names';
import { byteCount, duration, listOf, section, yesOrNo, type Meta } from '../../types';
import { replicas } from '../replicas';
import { resources } from '../resources';
import { access, realIp } from './access';
import { balance } from './balance';
import { cacheRules, cacheStore } from './cache';
import { limits, requestLimits } from './limits';
import { location } from './location';
import { log } from './log';
import { metrics } from './metrics';
import { errorPages, maintenance } from './pages';
import { gateway, ingress, service } from './service';
import { staticFiles } from './static';
import { redirects, tls } from './tls';

/** Earlier versions lack what the emitted configuration uses, or have known holes in it. Source: nginx's CHANGES. */
const OLDEST_NGINX = [1, 30, 4] as const;

/** Whether an image is of an earlier version; false where its tag does not say. */
export function olderThan(oldest: readonly number[], name: string): boolean {
  const version = /^(\d+)\.(\d+)\.(\d+)/
    .exec(imageParts(name)?.tag ?? '')
    ?.slice(1)
    .map(Number);
  if (!version) return false;
  const first = oldest.findIndex((number, index) => number !== version[index]);
  return first >= 0 && (version[first] ?? 0) < (oldest[first] ?? 0);
}

const wait = (time: string, what: string) =>
  duration('1s', '1h')
    .prefault(time)
    .meta({ description: what } satisfies Meta);

const timeouts = section({
  connect: wait('2s', 'Time to open a connection to Gunicorn.'),
  response: z.optional(duration('1s', '1h')).meta({
    description: 'Time without a byte from Gunicorn after which a request ends with 504.',
    derivedDefault: '5s more than `gunicorn.timeout`, and at the paths of a group than its own',
  } satisfies Meta),
  header: wait('15s', "Time for a request's headers to arrive."),
  body: wait('30s', "Time without a byte of a request's body."),
}).prefault({});

/** The web server in front. */
export const nginx = section({
  image: image()
    .refine((value) => !olderThan(OLDEST_NGINX, value), { error: `must be nginx ${OLDEST_NGINX.join('.')} or newer` })
    .default('docker.io/nginxinc/nginx-unprivileged:1.30.4')
    .meta({ description: `Image of Nginx ${OLDEST_NGINX.join('.')} or newer that needs no certain user.` } satisfies Meta),
  replicas: replicas(),
  service: service.meta({ description: 'How the site is reached from outside.' }),
  ingress: ingress.optional().meta({ description: 'An Ingress in front, which ends TLS and passes requests on over TLS.' }),
  gateway: gateway.optional().meta({ description: 'A route of the Gateway API in front.' }),
  realIp: realIp.optional().meta({ description: "Load balancers whose word about a client's address counts." }),
  tls,
  redirects: redirects(),
  static: staticFiles.optional().meta({ description: 'Static files that Nginx serves itself.' }),
  balance,
  cacheStore: cacheStore.prefault({}).meta({ description: 'Where answers are kept, if any are.' }),
  cache: cacheRules.optional().meta({ description: 'What is kept of the answers of the whole site; better named for single locations.' }),
  limits: limits.optional().meta({ description: 'How much one visitor may ask Django for.' }),
  requestLimits,
  access: access.optional().meta({ description: 'Who may come in, to the whole site.' }),
  locations: listOf(location, 'locations')
    .default([])
    .meta({ description: 'Paths where something else holds than for the whole site.' } satisfies Meta),
  uploadLimit: byteCount()
    .prefault('20Mi')
    .meta({ description: 'Largest body of a request; above it the answer is 413.' } satisfies Meta),
  timeouts,
  drain: duration('15s', '10m')
    .optional()
    .meta({
      description: 'How long a pod that stops still takes new connections: until what is in front knows.',
      derivedDefault: '15s, and 1m with `service.type: LoadBalancer`, which goes by health checks',
    } satisfies Meta),
  errorPages,
  maintenance: maintenance
    .optional()
    .meta({ description: 'With this section the site is closed, with status 503, but for health checks.' }),
  securityHeaders: yesOrNo()
    .default(true)
    .meta({ description: 'Add `X-Content-Type-Options` and `Referrer-Policy` where Django has not.' } satisfies Meta),
  log,
  metrics: metrics.optional().meta({
    description: 'With this section a container beside Nginx hands its counters to Prometheus, which a ServiceMonitor tells of it.',
  }),
  resources: resources('the container', {
    requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '1Gi' },
  }),
}).prefault({});

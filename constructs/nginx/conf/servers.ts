/** The servers: health, HTTP, unknown hosts, old names, and the site. */
import { hstsHeader } from './hsts';
import { HEALTH_PATH, PORTS, type ConfSettings } from './settings';
import { block, paragraphs, type Line } from './text';
import { handshake } from './tls';

/** The kubelet asks by IP address, which the other servers refuse. */
const health = (): Line[] =>
  block(
    'server',
    `listen ${PORTS.health.containerPort};`,
    'access_log off;',
    ...block(`location = ${HEALTH_PATH}`, 'return 200;'),
    ...block('location /', 'return 404;'),
  );

/** On a port for visitors, who may come by a load balancer that says first whom it brings. */
const listen = ({ nginx: { realIp } }: ConfSettings, { containerPort }: { containerPort: number }, ...words: string[]): Line =>
  `listen ${[containerPort, ...words, ...(realIp?.header === 'proxy_protocol' ? ['proxy_protocol'] : [])].join(' ')};`;

/** 308 keeps the method, and with it the form that was sent. */
const leadTo = ({ nginx: { service } }: ConfSettings, host: string): Line =>
  `return 308 https://${host}${service.https === 443 ? '' : `:${service.https}`}$request_uri;`;

const http = (settings: ConfSettings, hosts: readonly string[], to: string): Line[] =>
  block('server', listen(settings, PORTS.http), `server_name ${hosts.join(' ')};`, leadTo(settings, to));

const https = (settings: ConfSettings, hosts: readonly string[], body: readonly Line[]): Line[] =>
  block(
    'server',
    paragraphs(
      [listen(settings, PORTS.https, 'ssl'), ...(settings.nginx.tls.http2 ? ['http2 on;'] : []), `server_name ${hosts.join(' ')};`],
      body,
    ),
  );

/** Of plain HTTP nothing is served. */
const toHttps = (settings: ConfSettings): Line[] => http(settings, [...settings.hosts, ...oldNames(settings)], '$host');

/**
 * 421: the client asked the wrong server. Without a certificate for an unknown name there is no handshake at all; but a controller
 * of Ingresses may name the site in its request only.
 */
const unknownHosts = (settings: ConfSettings): Line[] =>
  block(
    'server',
    listen(settings, PORTS.http, 'default_server'),
    listen(settings, PORTS.https, 'ssl', 'default_server'),
    ...(settings.nginx.ingress
      ? ['# The controller may name the site in its request only, and not in the handshake.', ...handshake(settings)]
      : ['ssl_reject_handshake on;']),
    'return 421;',
  );

/** The lists of browsers ask that every name leads to itself first: there it says that it wants HTTPS. Source: hstspreload.org. */
const oldNames = ({ nginx: { tls, redirects } }: ConfSettings) => (tls.hsts?.preload ? redirects.flatMap(({ from }) => from) : []);

/** Old names lead to a new one, with the page that was asked for. */
const redirects = (settings: ConfSettings): Line[] => {
  const { tls, redirects: all } = settings.nginx;
  return paragraphs(
    ...all.flatMap(({ from, to }) => [
      ...(tls.hsts?.preload ? [] : [http(settings, from, to)]),
      https(settings, from, [...handshake(settings), ...hstsHeader(settings.nginx), leadTo(settings, to)]),
    ]),
  );
};

/** `body` is what holds at the site. */
export function servers(settings: ConfSettings, body: readonly Line[]): Line[] {
  return paragraphs(health(), toHttps(settings), unknownHosts(settings), redirects(settings), https(settings, settings.hosts, body));
}

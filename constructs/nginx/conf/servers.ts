/** The servers: health, HTTP, unknown hosts, and the site. */
import type { Line } from './text';
import { block, paragraphs } from './text';
import { HEALTH_PATH, PORTS, type ConfSettings } from './settings';

/** The kubelet asks by IP address, which the other servers refuse. */
const health = (): Line[] =>
  block(
    'server',
    `listen ${PORTS.health.containerPort};`,
    'access_log off;',
    ...block(`location = ${HEALTH_PATH}`, 'return 200;'),
    ...block('location /', 'return 404;'),
  );

const toHttps = ({ hosts, nginx: { service } }: ConfSettings): Line[] =>
  block(
    'server',
    `listen ${PORTS.http.containerPort};`,
    `server_name ${hosts.join(' ')};`,
    `return 308 https://$host${service.https === 443 ? '' : `:${service.https}`}$request_uri;`,
  );

/** 421: the client asked the wrong server. Without a certificate for an unknown name there is no handshake at all. */
const unknownHosts = (): Line[] =>
  block(
    'server',
    `listen ${PORTS.http.containerPort} default_server;`,
    `listen ${PORTS.https.containerPort} ssl default_server;`,
    'ssl_reject_handshake on;',
    'return 421;',
  );

/** `body` is what holds at the site. */
export function servers(settings: ConfSettings, body: readonly Line[]): Line[] {
  return paragraphs(
    health(),
    toHttps(settings),
    unknownHosts(),
    block(
      'server',
      paragraphs([`listen ${PORTS.https.containerPort} ssl;`, 'http2 on;', `server_name ${settings.hosts.join(' ')};`], body),
    ),
  );
}

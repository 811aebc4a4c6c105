/** The servers: health, HTTP, HTTPS. */
import { TLS_CERTIFICATE } from '../../secrets';
import { locations } from './locations';
import { block, paragraphs, type Line } from './text';
import { HEALTH_PATH, PORTS, type ConfSettings } from './settings';

/** Mozilla's "intermediate": TLS 1.2 with forward secrecy, and TLS 1.3. Source: Mozilla, Server Side TLS, guidelines 6.0. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** The kubelet asks by IP address, which the other servers refuse. */
const health = (): Line[] =>
  block(
    'server',
    `listen ${PORTS.health.containerPort};`,
    'access_log off;',
    ...block(`location = ${HEALTH_PATH}`, 'return 200;'),
    ...block('location /', 'return 404;'),
  );

const toHttps = ({ hosts, httpsPort }: ConfSettings): Line[] =>
  block(
    'server',
    `listen ${PORTS.http.containerPort};`,
    `server_name ${hosts.join(' ')};`,
    `return 308 https://$host${httpsPort === 443 ? '' : `:${httpsPort}`}$request_uri;`,
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

const tls = ({ tlsDirectory }: ConfSettings): Line[] => [
  '# With a variable in the path nginx reads the files anew when they change: a renewed certificate needs no restart.',
  `ssl_certificate ${tlsDirectory}/$certificate.crt;`,
  `ssl_certificate_key ${tlsDirectory}/$certificate.key;`,
  'ssl_certificate_cache max=4 inactive=1h valid=1m;',
  'ssl_protocols TLSv1.2 TLSv1.3;',
  `ssl_ciphers ${CIPHERS};`,
  'ssl_prefer_server_ciphers off;',
  'ssl_session_cache shared:tls:10m;',
  'ssl_session_timeout 1d;',
];

const site = (settings: ConfSettings): Line[] =>
  block(
    'server',
    paragraphs(
      [`listen ${PORTS.https.containerPort} ssl;`, 'http2 on;', `server_name ${settings.hosts.join(' ')};`],
      tls(settings),
      locations(settings),
    ),
  );

const certificateName = (): Line[] => block('map $ssl_server_name $certificate', `default ${TLS_CERTIFICATE.replace(/\.crt$/, '')};`);

export function servers(settings: ConfSettings): Line[] {
  return paragraphs(certificateName(), health(), toHttps(settings), unknownHosts(), site(settings));
}

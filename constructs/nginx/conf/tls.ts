import { certificateFolder, CLIENT_CA_FILE, SECRETS_DIRECTORY, TLS_CERTIFICATE, TLS_KEY } from '../../secrets';
import type { Concern } from './concern';
import type { ConfSettings } from './settings';
import { block, type Line } from './text';

/** TLS 1.2 with forward secrecy, and TLS 1.3, or that alone. Source: Mozilla, Server Side TLS, guidelines 6.0. */
const PROTOCOLS = { intermediate: 'TLSv1.2 TLSv1.3', modern: 'TLSv1.3' } as const;
/** Of TLS 1.2; those of TLS 1.3 are all good. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Files that nginx keeps for a certificate: itself and its key, and as much again while they are renewed. */
const FILES = 4;

type Settings = Pick<ConfSettings, 'nginx'>;

/** A name that `map` would take for a word of its own. */
const escaped = (host: string) => (/^(?:default|hostnames|include|volatile)$/.test(host) ? `\\${host}` : host);

/** Folders of certificates by the name that the client asks for. */
const certificates = ({ nginx: { tls } }: Settings): Line[] => {
  const further = tls.certificates.flatMap(({ hosts, secretName }) =>
    hosts.map((host) => `${escaped(host)} ${certificateFolder(secretName)};`),
  );
  const several = further.length > 0;
  return block('map $ssl_server_name $certificate', ...(several ? ['hostnames;'] : []), 'default tls;', ...further);
};

/** Lines of every server that speaks TLS. */
export const handshake = ({ nginx: { tls } }: Settings): Line[] => [
  '# With a variable in the path nginx reads the files anew when they change: a renewed certificate needs no restart.',
  `ssl_certificate ${SECRETS_DIRECTORY}/$certificate/${TLS_CERTIFICATE};`,
  `ssl_certificate_key ${SECRETS_DIRECTORY}/$certificate/${TLS_KEY};`,
  `ssl_certificate_cache max=${FILES * (1 + tls.certificates.length)} inactive=1h valid=1m;`,
  `ssl_protocols ${PROTOCOLS[tls.profile]};`,
  ...(tls.profile === 'intermediate' ? [`ssl_ciphers ${CIPHERS};`] : []),
  'ssl_prefer_server_ciphers off;',
];

/** nginx looks for a session before it knows for which server. */
const sessions = ['ssl_session_cache shared:tls:10m;', 'ssl_session_timeout 1d;'];

const clients = ({ nginx: { tls } }: Settings): Line[] =>
  tls.clientCa === undefined
    ? []
    : [
        '# Not "on": where a certificate is needed, its location says so.',
        `ssl_client_certificate ${CLIENT_CA_FILE};`,
        'ssl_verify_client optional;',
      ];

/** Certificates, protocols and ciphers. */
export const tls: Concern = {
  http: (settings) => [...sessions, ...certificates(settings)],
  server: (settings) => [...handshake(settings), ...clients(settings)],
};

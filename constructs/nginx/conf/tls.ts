import { TLS_CERTIFICATE } from '../../secrets';
import type { Concern } from './concern';
import { block } from './text';

/** Mozilla's "intermediate": TLS 1.2 with forward secrecy, and TLS 1.3. Source: Mozilla, Server Side TLS, guidelines 6.0. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Certificates, protocols and ciphers. */
export const tls: Concern = {
  http: () => block('map $ssl_server_name $certificate', `default ${TLS_CERTIFICATE.replace(/\.crt$/, '')};`),
  server: ({ tlsDirectory }) => [
    '# With a variable in the path nginx reads the files anew when they change: a renewed certificate needs no restart.',
    `ssl_certificate ${tlsDirectory}/$certificate.crt;`,
    `ssl_certificate_key ${tlsDirectory}/$certificate.key;`,
    'ssl_certificate_cache max=4 inactive=1h valid=1m;',
    'ssl_protocols TLSv1.2 TLSv1.3;',
    `ssl_ciphers ${CIPHERS};`,
    'ssl_prefer_server_ciphers off;',
    'ssl_session_cache shared:tls:10m;',
    'ssl_session_timeout 1d;',
  ],
};

/** TLS alone, before anything is asked. */
import { once } from 'node:events';
import tls from 'node:tls';
import type { Front } from './front';

/** What nginx and a client agree on; rejects where they do not. */
export async function handshake({ site }: Front, options: tls.ConnectionOptions = {}) {
  const { host, ports, certificate } = site;
  const socket = tls.connect({ port: ports.https, host: '127.0.0.1', servername: host, ca: certificate, ...options });
  try {
    await once(socket, 'secureConnect');
    return { version: socket.getProtocol(), cipher: socket.getCipher().name, protocol: socket.alpnProtocol };
  } finally {
    socket.destroy();
  }
}

/** A connection to the API server that can be cut, for one command: others go on. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { apiServer } from './kubeconfig';

export class Connection {
  private readonly open = new Set<Socket>();
  private readonly server = createServer((client) => {
    const { hostname, port } = apiServer();
    const api = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, api],
      [api, client],
    ] as const) {
      this.open.add(one);
      one.pipe(other);
      one
        .on('error', () => undefined)
        .on('close', () => {
          this.open.delete(one);
          other.destroy();
        });
    }
  });
  /** Of this machine, that it begins at. */
  private port = 0;

  /** Resolves with its port when it leads there, for the first time or again. */
  public async start(): Promise<number> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this.port;
  }

  /** Whoever comes is refused: kubectl itself tries again for some seconds where a connection breaks off. */
  public async cut(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.open) socket.destroy();
    await closed;
  }
}

/** A connection to the API server that can be cut, for one command: others go on. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { apiServer } from './kubeconfig';

export class Connection {
  private readonly open = new Set<Socket>();
  private isCut = false;
  private readonly server = createServer((client) => {
    if (this.isCut) {
      client.destroy();
      return;
    }
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

  /** The port of this machine that it begins at. */
  public async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  public cut(): void {
    this.isCut = true;
    for (const socket of this.open) socket.destroy();
  }

  public mend(): void {
    this.isCut = false;
  }

  public stop(): void {
    this.cut();
    this.server.close();
  }
}

/** A pod of Gunicorn, played by Node: real HTTP/1.1 over real connections. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than nginx keeps connections open, as Gunicorn is told to. Milliseconds. */
const KEEP_ALIVE = 75_000;

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Every value of a header, in order. */
  readonly all: NodeJS.Dict<string[]>;
  readonly body: Buffer;
}

export type Answering = (request: Seen, response: ServerResponse) => unknown;

/** Says who it is. */
function greet(_request: Seen, response: ServerResponse): void {
  const { address } = response.socket?.address() as Partial<AddressInfo>;
  response.setHeader('Content-Type', 'text/plain').end(address);
}

export class Upstream {
  /** Whole requests that have arrived during this test. */
  public readonly requests: Seen[] = [];
  /** Requests of which the headers have arrived during this test. */
  public begun = 0;
  /** Connections that have been opened during this test. */
  public connections = 0;
  /** What it answers; `response.socket?.destroy()` is a death while it works. */
  public answer: Answering = greet;
  public readonly server = createServer({ keepAliveTimeout: KEEP_ALIVE, requestTimeout: 0 });

  public constructor(
    public readonly address: string,
    private readonly port: number,
  ) {
    this.server.on('connection', () => (this.connections += 1));
    this.server.on('request', (request, response) => {
      this.begun += 1;
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers, headersDistinct } = request;
        const seen = { method, url, headers, all: headersDistinct, body: Buffer.concat(parts) };
        this.requests.push(seen);
        this.answer(seen, response);
      });
    });
  }

  public async start(): Promise<void> {
    this.server.listen(this.port, this.address);
    await once(this.server, 'listening');
  }

  /** As a killed process: its connections end, and its port is closed. */
  public async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Connections that are open now. */
  public open(): Promise<number> {
    return new Promise((resolve, reject) => this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
  }

  /** As a test finds it. */
  public forget(): void {
    this.requests.length = 0;
    this.begun = 0;
    this.connections = 0;
    this.answer = greet;
  }
}

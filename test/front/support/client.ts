/** Those who visit the site. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { PATIENCE } from './until';

const patience = () => AbortSignal.timeout(PATIENCE * 1000);

/** Where nginx is, and whose certificates are believed. */
export interface Site {
  readonly host: string;
  readonly ports: Readonly<Record<'http' | 'https' | 'health', number>>;
  /** One or more. */
  readonly certificate: string;
}

export interface ConnectOptions {
  /** The client's own address. The network has all of them.
   * @default - one of the loopback interface */
  readonly from?: string;
  /** @default 4 */
  readonly family?: 4 | 6;
  /** Name in the handshake, and in the header unless `headers` has one.
   * @default - the first of the site's hosts */
  readonly host?: string;
  /** More of what the handshake takes. */
  readonly tls?: tls.ConnectionOptions;
  /** Without TLS. */
  readonly http?: boolean;
  /** @default - that of HTTPS, or of HTTP */
  readonly port?: number;
}

export interface RequestOptions extends ConnectOptions {
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** In a session of its own, or in one of `session()`. */
  readonly http2?: boolean | http2.ClientHttp2Session;
  /** Keeps connections open.
   * @default - a connection of its own, closed afterwards */
  readonly agent?: http.Agent;
}

export class Answer {
  public readonly text: string;

  public constructor(
    public readonly status: number,
    private readonly raw: readonly string[],
    public readonly body: Buffer,
  ) {
    this.text = body.toString();
  }

  /** Every value of a header. */
  public headers(name: string): string[] {
    return this.raw.filter((_value, index) => index % 2 === 1 && this.raw[index - 1]?.toLowerCase() === name.toLowerCase());
  }

  public header(name: string): string | undefined {
    return this.headers(name)[0];
  }
}

/** Where a client connects to, and what it says in a handshake. */
function target(site: Site, { from, family, host = site.host, http: plain = false, port, tls: more }: ConnectOptions) {
  const place = {
    host: family === 6 ? '::1' : '127.0.0.1',
    port: port ?? (plain ? site.ports.http : site.ports.https),
    localAddress: from,
  };
  return { place, handshake: { servername: net.isIP(host) ? '' : host, ca: site.certificate, ...more } };
}

/** An open connection, TLS being ready where it is spoken. */
export async function connect(site: Site, options: ConnectOptions): Promise<net.Socket> {
  const { place, handshake } = target(site, options);
  const socket = net.connect(place);
  const secure = options.http ? socket : tls.connect({ socket, ...handshake });
  await once(secure, options.http ? 'connect' : 'secureConnect');
  return secure;
}

/** An HTTP/2 session that the caller closes. */
export async function session(site: Site, options: ConnectOptions = {}): Promise<http2.ClientHttp2Session> {
  const more = { ...options.tls, ALPNProtocols: ['h2'] };
  const socket = await connect(site, { ...options, tls: more });
  return http2.connect(`https://${options.host ?? site.host}`, { createConnection: () => socket });
}

async function bodyOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function requestHttp2(site: Site, path: string, options: RequestOptions): Promise<Answer> {
  const { method = 'GET', headers, body, http2: given, host = site.host } = options;
  const own = typeof given === 'object' ? undefined : await session(site, options);
  const stream = (typeof given === 'object' ? given : own)?.request({ ':method': method, ':path': path, ':authority': host, ...headers });
  if (!stream) throw new Error('no session');
  try {
    stream.end(body);
    const [{ ':status': status }, , raw] = (await once(stream, 'response', { signal: patience() })) as [
      http2.IncomingHttpHeaders & { ':status': number },
      number,
      string[],
    ];
    return new Answer(status, raw, await bodyOf(stream));
  } finally {
    own?.close();
  }
}

/** One request; rejects where no whole answer comes back. */
export async function request(site: Site, path: string, options: RequestOptions = {}): Promise<Answer> {
  if (options.http2) return requestHttp2(site, path, options);
  const { method, headers, body, host = site.host, agent = false } = options;
  const { place, handshake } = target(site, options);
  const what = { path, method, agent, headers: { Host: host, ...headers }, signal: patience() };
  const outgoing = options.http ? http.request({ ...place, ...what }) : https.request({ ...place, ...handshake, ...what });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [http.IncomingMessage];
  // An answer may come before the whole request has gone.
  outgoing.on('error', () => undefined);
  return new Answer(incoming.statusCode ?? 0, incoming.rawHeaders, await bodyOf(incoming));
}

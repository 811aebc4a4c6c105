/** The server of names of the cluster, as nginx asks it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server } from 'node:net';
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
  type Answer,
  type Packet,
  type Question,
} from 'dns-packet';
import type { Rendered } from '../../support/stack';

/** Of CoreDNS as kubeadm sets it up. Seconds. */
const TTL = 30;
const NXDOMAIN = 3;
const SERVFAIL = 2;
/** What a datagram may hold; above it the client asks again by TCP. Bytes. */
const DATAGRAM = 512;

/** A headless Service, by its name in DNS. */
export interface Service {
  readonly name: string;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}

/** All of a project. */
export function headless({ objects }: Rendered, domain: string): Service[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const { clusterIP, ports } = (spec ?? {}) as Partial<Service> & { readonly clusterIP?: string };
    return kind === 'Service' && clusterIP === 'None'
      ? [{ name: `${metadata.name}.${metadata.namespace ?? ''}.svc.${domain}`, ports: ports ?? [] }]
      : [];
  });
}

const addressRecord = (name: string, data: string) => ({ name, type: isIPv6(data) ? ('AAAA' as const) : ('A' as const), ttl: TTL, data });

const serviceRecord = (name: string, count: number, port: number, target: string) => ({
  ...{ name, type: 'SRV' as const, ttl: TTL },
  data: { priority: 0, weight: Math.floor(100 / count), port, target },
});

export class Dns {
  /** Names that have been asked for, in order. */
  public readonly asked: string[] = [];
  /** While true every answer is an error. */
  public failing = false;
  private readonly addresses = new Map<string, readonly string[]>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private datagrams?: Socket;
  private readonly streams: Server;

  /** @param services - that it knows of, at first without pods */
  public constructor(private readonly services: readonly Service[]) {
    this.streams = createServer((socket) => {
      socket.once('data', (data) => socket.end(streamEncode(this.answer(streamDecode(data)))));
      socket.on('error', () => socket.destroy());
    });
  }

  public async start(address: string): Promise<void> {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.datagrams = socket;
    socket.on('message', (message, { address: client, port }) => {
      const packet = this.answer(decode(message));
      const whole = encode(packet);
      const { flags = 0 } = packet;
      const sent = whole.length > DATAGRAM ? encode({ ...packet, flags: flags | TRUNCATED_RESPONSE, answers: [] }) : whole;
      socket.send(sent, port, client);
    });
    socket.bind(53, address);
    this.streams.listen(53, address);
    await Promise.all([once(socket, 'listening'), once(this.streams, 'listening')]);
  }

  public stop(): void {
    this.datagrams?.close();
    this.streams.close();
  }

  /** Gives a Service other pods; none at all makes its name unknown, as CoreDNS does. */
  public set(service: string, addresses: readonly string[]): void {
    if (!this.services.some(({ name }) => name === service)) throw new Error(`no Service is headless and called ${service}`);
    this.addresses.set(service, addresses);
  }

  /** Resolves after the next answer that says where the pods of a Service are. */
  public answered(service: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(service, [...(this.waiting.get(service) ?? []), resolve]));
  }

  private answer({ id, questions: [question] = [] }: Packet): Packet {
    if (!question) throw new Error('nothing is asked');
    this.asked.push(question.name);
    const records = this.records(question);
    const code = this.failing ? SERVFAIL : records ? 0 : NXDOMAIN;
    return { id, type: 'response', flags: AUTHORITATIVE_ANSWER | code, questions: [question], answers: code === 0 ? (records ?? []) : [] };
  }

  /** Undefined where there is no such name. */
  private records({ name, type }: Question): Answer[] | undefined {
    const service = this.services.find((one) => name === one.name || name.endsWith(`.${one.name}`));
    if (!service) return undefined;
    const host = (address: string) => `${address.replace(/[.:]/g, '-')}.${service.name}`;
    const pods = this.addresses.get(service.name) ?? [];
    const port = service.ports.find((one) => name === `_${one.name}._tcp.${service.name}`)?.port;
    if (name === service.name || port !== undefined) this.told(service.name);
    const named = pods.filter((address) => port !== undefined || name === service.name || name === host(address));
    if (named.length === 0) return undefined;
    if (port !== undefined) return type === 'SRV' ? named.map((address) => serviceRecord(name, named.length, port, host(address))) : [];
    return named.map((address) => addressRecord(name, address)).filter((record) => record.type === type);
  }

  /** Once the answer is sent, those hear of it who were waiting before. */
  private told(service: string): void {
    const waiting = this.waiting.get(service) ?? [];
    this.waiting.delete(service);
    setImmediate(() => waiting.forEach((resolve) => resolve()));
  }
}

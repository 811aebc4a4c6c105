/** The pods of Gunicorn, and what DNS says of them. */
import { PORT } from '../../../constructs/gunicorn/port';
import { Dns, type Service } from './dns';
import { within } from './until';
import { Upstream } from './upstream';

/** Pods by number, or addresses: of 192.0.2.0/24 comes no answer, as from a node that is gone. */
export type Pods = readonly (number | string)[];

export class Backend {
  public readonly upstreams: readonly Upstream[];
  public readonly dns: Dns;

  /**
   * @param name - of the Service in front of the pods
   * @param services - that DNS knows of
   * @param groups - pods behind other Services, by their names
   */
  public constructor(
    count: number,
    private readonly name: string,
    services: readonly Service[],
    private readonly groups: ReadonlyMap<string, Pods> = new Map(),
  ) {
    this.upstreams = Array.from({ length: count }, (_, index) => new Upstream(`127.0.1.${index + 1}`, PORT.containerPort));
    this.dns = new Dns(services);
  }

  public async start(nameserver: string, pods?: Pods): Promise<void> {
    this.set(pods ?? this.upstreams.map((_, index) => index));
    for (const [name, group] of this.groups) this.dns.set(name, this.addresses(group));
    await Promise.all([this.dns.start(nameserver), ...this.upstreams.map((upstream) => upstream.start())]);
  }

  public async stop(): Promise<void> {
    this.dns.stop();
    await Promise.all(this.upstreams.map((upstream) => upstream.stop()));
  }

  public upstream(index: number): Upstream {
    const found = this.upstreams[index];
    if (!found) throw new Error(`there are ${this.upstreams.length} upstreams`);
    return found;
  }

  /** Changes what DNS answers. */
  public set(pods: Pods): void {
    this.dns.set(this.name, this.addresses(pods));
  }

  /** Nginx has asked for the pods, and has an answer on the way. */
  public async asked(): Promise<void> {
    const names = [this.name, ...this.groups.keys()];
    await within('nginx to ask DNS', Promise.all(names.map((name) => this.dns.answered(name))));
  }

  private addresses(pods: Pods): string[] {
    return pods.map((pod) => (typeof pod === 'number' ? this.upstream(pod).address : pod));
  }

  public forget(): void {
    for (const upstream of this.upstreams) upstream.forget();
    this.dns.asked.length = 0;
  }
}

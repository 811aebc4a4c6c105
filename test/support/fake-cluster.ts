/** What the API server and its controllers do, as far as the commands of a release ask for it; the real ones are in test/cluster. */
import { CommandError } from '../../cli/command';
import type { Asking } from '../../cli/kubectl';
import type { Manifest } from '../../constructs/manifests';

export interface Live extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly resourceVersion: string; readonly creationTimestamp: string; readonly uid: string };
  readonly status?: unknown;
}

type Options = NonNullable<Parameters<Asking['run']>[1]>;

const BEGIN = Date.parse('2026-11-24T00:00:00Z');
const kindOf = (word: string) => (word.split('.')[0] ?? '').toLowerCase().replace(/s$/, '');
const refused = (reason: string) => new CommandError(`kubectl: Error from server (${reason})`);

export class FakeCluster implements Asking {
  /** What was asked for, but for what only looks. */
  public readonly changes: string[] = [];
  /** Lines of a container, by its name. */
  public readonly logs: Record<string, readonly string[]> = {};
  /** Names of Jobs that do not end, and of workloads whose pods do not become ready. */
  public readonly unready = new Set<string>();
  /** Objects that controllers make, and events: looks at everything find them. */
  public beside: () => readonly object[] = () => [];
  /** What kubectl is configured with. */
  public kubeconfig: object = { 'current-context': 'kind-kind', contexts: [{ context: {} }] };
  /** Commands that are refused, by their first words. */
  public readonly refusing = new Set<string>();
  private readonly objects = new Map<string, Live>();
  private clock = 0;
  private fails: (name: string) => boolean = () => false;

  /** Lets Jobs fail, and Deployments come to the end of their time, by their names. */
  public failWhere(fails: (name: string) => boolean): void {
    this.fails = fails;
  }

  /** Names of the objects of a kind. */
  public names(kind: string): string[] {
    return this.of(kind).map(({ metadata }) => metadata.name);
  }

  public find(kind: string, name: string): Live | undefined {
    return this.objects.get(`${kindOf(kind)} ${name}`);
  }

  public run(args: readonly string[], options: Options = {}): Promise<string> {
    return Promise.resolve().then(() => this.answer(args, options));
  }

  public async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run(args)) as T;
  }

  private answer(args: readonly string[], { input, tell }: Options): string {
    const [verb = '', ...rest] = args;
    const words = rest.filter((word) => !word.startsWith('-'));
    if (!['get', 'logs', 'auth', 'config'].includes(verb))
      this.changes.push([verb, ...(input === undefined ? words : this.addresses(input))].join(' '));
    for (const start of this.refusing) if (args.join(' ').startsWith(start)) throw refused('Forbidden');
    if (verb === 'logs') for (const line of this.logs[rest[rest.indexOf('--container') + 1] ?? ''] ?? []) tell?.(line);
    if (verb === 'auth') return JSON.stringify({ status: { userInfo: { username: 'ada' } } });
    if (verb === 'config') return JSON.stringify(this.kubeconfig);
    if (args.includes('--ignore-not-found') && verb === 'get') return this.found(words);
    if (verb === 'get') return JSON.stringify(this.get(rest));
    if (verb === 'delete') this.delete(words);
    if (input === undefined) return '';
    const written = this.parse(input).map((object) => this.write(verb, object));
    return JSON.stringify(written[0]);
  }

  /** Names of those that are there. */
  private found([kind = '', ...names]: readonly string[]): string {
    return names.flatMap((name) => (this.find(kind, name) ? [`${kind}/${name}\n`] : [])).join('');
  }

  private parse(input: string): Manifest[] {
    const object = JSON.parse(input) as Manifest & { items?: Manifest[] };
    return object.items ?? [object];
  }

  private addresses(input: string): string[] {
    return this.parse(input).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  }

  private of(kind: string): Live[] {
    return [...this.objects].filter(([key]) => key.startsWith(`${kindOf(kind)} `)).map(([, object]) => object);
  }

  private write(verb: string, object: Manifest): Live {
    const key = `${kindOf(object.kind)} ${object.metadata.name}`;
    const before = this.objects.get(key);
    const { resourceVersion } = object.metadata as Partial<Live['metadata']>;
    if (verb === 'create' && before) throw refused('AlreadyExists');
    if (verb === 'replace' && resourceVersion !== undefined && resourceVersion !== before?.metadata.resourceVersion)
      throw refused('Conflict');
    this.clock += 1;
    const now = new Date(BEGIN + this.clock * 1000).toISOString().replace('.000Z', 'Z');
    const made = { uid: `${this.clock}`, creationTimestamp: now, ...before?.metadata };
    const live = {
      ...object,
      metadata: { ...made, ...object.metadata, resourceVersion: `${this.clock}` },
      status: this.status(object, now),
    };
    this.objects.set(key, live);
    return live;
  }

  /** Pods run at once. */
  private status(object: Manifest, now: string): unknown {
    if (object.kind === 'Job') return this.jobStatus(object, now);
    if (!['Deployment', 'StatefulSet'].includes(object.kind)) return undefined;
    const { replicas = 1 } = (object.spec ?? {}) as { replicas?: number };
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'it has timed out progressing' };
    if (this.fails(object.metadata.name)) return { replicas, conditions: [late] };
    if (this.unready.has(object.metadata.name)) return { replicas, updatedReplicas: replicas };
    return { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  }

  private jobStatus({ metadata }: Manifest, completionTime: string): unknown {
    if (this.unready.has(metadata.name.replace(/-[0-9a-f]{8}$/, ''))) return { active: 1 };
    if (!this.fails(metadata.name)) return { completionTime, conditions: [{ type: 'Complete', status: 'True' }] };
    return { conditions: [{ type: 'Failed', status: 'True', message: 'Job has reached the specified backoff limit' }] };
  }

  private get([kind = '', ...rest]: readonly string[]): unknown {
    if (kind === 'pods') return { items: [this.pod()] };
    if (kind.split(',').includes('pods')) return { items: [...kind.split(',').flatMap((one) => this.of(one)), ...this.beside()] };
    const [selector] = [rest.indexOf('--selector')].filter((at) => at >= 0).map((at) => rest[at + 1] ?? '');
    const [field] = [rest.indexOf('--field-selector')].filter((at) => at >= 0).map((at) => rest[at + 1] ?? '');
    if (selector === undefined && field === undefined) {
      const object = this.find(kind, rest[0] ?? '');
      if (!object) throw refused('NotFound');
      return object;
    }
    const labels = (selector ?? '').split(',').filter(Boolean);
    const has = ({ metadata }: Live) => labels.every((pair) => metadata.labels?.[pair.split('=')[0] ?? ''] === pair.split('=')[1]);
    return {
      items: kind
        .split(',')
        .flatMap((one) => this.of(one))
        .filter((object) => has(object) && (field === undefined || field === `metadata.name=${object.metadata.name}`)),
    };
  }

  private pod(): unknown {
    const done = (name: string) => ({ name, state: { terminated: {} } });
    return {
      metadata: { name: 'pod' },
      status: { phase: 'Succeeded', containerStatuses: ['roles', 'pending', 'backup', 'migrate'].map(done) },
    };
  }

  private delete(words: readonly string[]): void {
    const [kind = '', ...names] = words;
    const addresses = kind.includes('/') ? words.map((word) => word.split('/')) : names.map((name) => [kind, name]);
    for (const [one = '', name = ''] of addresses) this.objects.delete(`${kindOf(one)} ${name}`);
  }
}

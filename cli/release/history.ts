/** The releases of an environment that its namespace remembers. */
import type { Manifest } from '../../constructs/manifests';
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import {
  decode,
  encode,
  encodeParts,
  pack,
  partNames,
  recordName,
  selector,
  unpack,
  type ConfigMap,
  type Entry,
  type Recorded,
} from './record';

/** Releases that are remembered, beside the newest that was deployed. */
export const REMEMBERED = 10;

export class History {
  public constructor(
    private readonly kubectl: Asking,
    private readonly release: string,
  ) {}

  /** The newest first. */
  public async entries(): Promise<Recorded[]> {
    const { items } = await this.kubectl.json<{ items: ConfigMap[] }>('get', 'configmaps', '--selector', selector(this.release));
    return items.map(decode).sort((a, b) => b.number - a.number);
  }

  /** Remembers one that begins. */
  public async begin(what: Omit<Entry, 'number' | 'status' | 'parts'>, manifests: readonly Manifest[]): Promise<Entry> {
    const [last] = await this.entries();
    const pieces = pack(manifests);
    const entry: Entry = { ...what, number: (last?.number ?? 0) + 1, status: 'started', parts: pieces.length };
    const record = JSON.parse(await this.create(encode(this.release, entry))) as ConfigMap;
    for (const part of encodeParts(this.release, entry.number, record, pieces)) await this.create(part);
    return entry;
  }

  /** Remembers how it has ended, and forgets the oldest ones. */
  public async end(entry: Entry): Promise<void> {
    await this.kubectl.run(['replace', '--filename', '-'], { input: JSON.stringify(encode(this.release, entry)) });
    const entries = await this.entries();
    const deployed = entries.find(({ status }) => status === 'deployed');
    const old = entries.slice(REMEMBERED).filter((one) => one !== deployed);
    if (old.length === 0) return;
    await this.kubectl.run(['delete', 'configmaps', ...old.map(({ number }) => recordName(this.release, number)), '--wait=false']);
  }

  /**
   * What it applied.
   * @throws CommandError when a part of that is gone
   */
  public async manifests(entry: Entry): Promise<Manifest[]> {
    const names = partNames(this.release, entry);
    try {
      const found = await Promise.all(names.map((name) => this.kubectl.json<ConfigMap>('get', 'configmap', name)));
      return unpack(found);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(`the manifests of release ${entry.number} are not there any more: ${error.message}`);
    }
  }

  private create(object: object): Promise<string> {
    return this.kubectl.run(['create', '--output', 'json', '--filename', '-'], { input: JSON.stringify(object) });
  }
}

/** The pod of nginx, as its manifest says: volumes, the containers that prepare them, and nginx. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { k8s } from '../../../imports';
import type { Rendered } from '../../support/stack';
import type { Container, PodManifest } from './container';
import { run, type Place } from './run';
import { until } from './until';
import { files, publish, type Secrets } from './volumes';

const { FRONT_FOLDER: FOLDER, FRONT_IMAGE: IMAGE = '' } = process.env;
/** Milliseconds. */
const PATIENCE = 300;

export interface PodProps {
  readonly manifest: PodManifest;
  /** Where its ConfigMaps are. */
  readonly rendered: Rendered;
  readonly secrets: Secrets;
  /** What `/etc/hosts` says: addresses by name. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Folders of images other than that of nginx, upon which they are laid. What has an image that is not here does not run. */
  readonly images: Readonly<Record<string, string>>;
}

/** Kills a group of processes; whether none of them is left, who could have a port or a folder of the next pod. */
function gone(group: number): boolean {
  try {
    process.kill(-group, 'SIGKILL');
    return false;
  } catch {
    return true;
  }
}

export class Pod {
  private readonly folder: string;
  private secrets: Secrets;
  private nginx?: ChildProcess;

  public constructor(private readonly props: PodProps) {
    if (FOLDER === undefined) throw new Error('these tests are run by test/front/run');
    this.folder = mkdtempSync(join(FOLDER, 'pod-'));
    this.secrets = props.secrets;
    for (const volume of props.manifest.volumes) this.fill(volume);
  }

  public get container(): Container {
    return this.props.manifest.nginx;
  }

  /** Standard output of nginx so far. */
  public output(): string {
    return readFileSync(this.path('output'), 'utf8');
  }

  /** Standard error of nginx so far. */
  public errors(): string {
    return existsSync(this.path('errors')) ? readFileSync(this.path('errors'), 'utf8') : '';
  }

  /** The folder that stands for a volume. */
  public volume(name: string): string {
    return this.path(`volumes/${name}`);
  }

  /** What all Secrets have under a key. */
  public values(key: string): (string | Buffer)[] {
    return Object.values(this.secrets).flatMap(({ [key]: value }) => value ?? []);
  }

  /** Puts other files in the place of those of Secrets. */
  public replace(secrets: Secrets): void {
    this.secrets = { ...this.secrets, ...secrets };
    for (const volume of this.props.manifest.volumes) if (volume.secret ?? volume.projected) this.fill(volume);
  }

  /** Runs what prepares the pod, and starts nginx. */
  public async start(): Promise<ChildProcess> {
    for (const container of this.props.manifest.init) await this.prepare(container);
    this.nginx = run(this.container, this.place(this.container));
    return this.nginx;
  }

  /** What nginx says of its configuration. */
  public async test(): Promise<string> {
    await once(run(this.container, this.place(this.container), '-t'), 'exit');
    return this.errors();
  }

  /** Tells nginx to stop, as Kubernetes does. */
  public quit(): void {
    this.nginx?.kill('SIGQUIT');
  }

  /** Stops nginx as Kubernetes does, but without its patience. */
  public async stop(): Promise<void> {
    const { nginx } = this;
    const { pid } = nginx ?? {};
    if (nginx && pid !== undefined) {
      if (nginx.exitCode === null && nginx.signalCode === null) {
        const ended = once(nginx, 'exit');
        this.quit();
        await Promise.race([ended, pause(PATIENCE)]);
      }
      await until('the processes of nginx to end', () => gone(pid));
    }
    rmSync(this.folder, { recursive: true });
  }

  private async prepare(container: Container): Promise<void> {
    if (!this.images(container)) return;
    const said = this.path(`said-by-${container.name}`);
    const child = run(container, { ...this.place(container), output: said, errors: said });
    await once(child, 'exit');
    if (child.exitCode !== 0) throw new Error(`${container.name} ended with ${child.exitCode}: ${readFileSync(said, 'utf8')}`);
  }

  private images({ image }: Container): string[] | undefined {
    const { [image]: folder } = this.props.images;
    if (folder !== undefined) return [folder, IMAGE];
    return image === this.container.image ? [IMAGE] : undefined;
  }

  private place(container: Container): Place {
    const mounts = container.mounts.map((mount) => {
      const source = join(this.volume(mount.name), container.subPath(mount));
      if (!existsSync(source)) this.open(source);
      return { ...mount, source };
    });
    const hosts = Object.entries({ localhost: '127.0.0.1', ...this.props.hosts }).map(([name, address]) => `${address} ${name}\n`);
    const [output, errors] = [this.path('output'), this.path('errors')];
    return {
      folder: this.path(`containers/${container.name}`),
      images: this.images(container) ?? [],
      hosts: hosts.join(''),
      output,
      errors,
      mounts,
    };
  }

  private fill(volume: k8s.Volume): void {
    const folder = this.volume(volume.name);
    const content = files(volume, this.props.rendered, this.secrets);
    const { defaultMode = 0o644 } = volume.secret ?? volume.configMap ?? volume.projected ?? {};
    if (content) publish(folder, content, defaultMode, this.container.fsGroup);
    else this.open(folder);
  }

  /** A folder that the pod may write to. */
  private open(folder: string): void {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 0, this.container.fsGroup);
    chmodSync(folder, 0o2777);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }
}

/** Nginx itself between real clients and real upstreams, as the constructs set it up for a project. */
import type http2 from 'node:http2';
import { TOGETHER } from '../../../constructs/nginx/conf/log';
import { Backend, type Pods } from './backend';
import { request, session, type Answer, type ConnectOptions, type RequestOptions, type Site } from './client';
import { unread } from './datagrams';
import type { Dns } from './dns';
import { project, type Project, type ProjectOptions } from './project';
import { raw, type Raw, type Script } from './raw';
import { until } from './until';
import type { Upstream } from './upstream';
import type { Secrets } from './volumes';

export interface FrontOptions extends ProjectOptions {
  /** Pods of Gunicorn that run.
   * @default 1 */
  readonly upstreams?: number;
  /** Those of them that DNS knows of at first.
   * @default - all */
  readonly resolveTo?: Pods;
  /** Those of them that DNS knows of behind each group.
   * @default - none */
  readonly groups?: Readonly<Record<string, Pods>>;
  /** Leaves lines of the access log to be written together, later than the answer.
   * @default false */
  readonly logsTogether?: boolean;
}

export class Front {
  /** There is one at a time, as the ports are those of the pod. */
  private static running?: Front;

  private readonly backend: Backend;
  private logged = 0;
  private complained = 0;

  private constructor(
    private readonly project: Project,
    count: number,
    groups: Readonly<Record<string, Pods>>,
  ) {
    const behind = Object.entries(groups).map(([group, pods]) => [project.gunicorn(group), pods] as const);
    this.backend = new Backend(count, project.gunicorn(), project.services, new Map(behind));
  }

  /** Nginx for the smallest project with changes merged into its file; ends the one before. It is stopped after the last test. */
  public static async start(
    changes: object = {},
    { upstreams = 1, resolveTo, groups = {}, logsTogether = false, edit, ...options }: FrontOptions = {},
  ): Promise<Front> {
    await Front.running?.stop();
    const atOnce = (conf: string) => (edit?.(conf) ?? conf).replaceAll(TOGETHER, '');
    const front = new Front(await project(changes, { ...options, edit: logsTogether ? edit : atOnce }), upstreams, groups);
    Front.running = front;
    try {
      await front.up(resolveTo);
    } catch (error) {
      const said = front.project.pod.errors();
      await front.stop();
      throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
    }
    return front;
  }

  /** Before each test: what came before it is forgotten. */
  public static async forget(): Promise<void> {
    await Front.running?.forget();
  }

  public static async stop(): Promise<void> {
    await Front.running?.stop();
  }

  public get upstreams(): readonly Upstream[] {
    return this.backend.upstreams;
  }

  public upstream(index = 0): Upstream {
    return this.backend.upstream(index);
  }

  public get dns(): Dns {
    return this.backend.dns;
  }

  /** One request. */
  public get(path: string, options: RequestOptions = {}): Promise<Answer> {
    return request(this.site, path, options);
  }

  public async status(path: string, options: RequestOptions = {}): Promise<number> {
    return (await this.get(path, options)).status;
  }

  /** An HTTP/2 session for several requests at once, which the test closes. */
  public http2(options: ConnectOptions = {}): Promise<http2.ClientHttp2Session> {
    return session(this.site, options);
  }

  /** Bytes as they are, and all that comes back until nginx closes the connection. */
  public raw(script: Script, options: ConnectOptions = {}): Promise<Raw> {
    return raw(this.site, script, options);
  }

  /** Changes what DNS answers for Gunicorn; resolves once nginx has asked, which takes as long as it believes in answers. */
  public async resolveTo(pods: Pods): Promise<void> {
    this.backend.set(pods);
    await this.backend.asked();
    await this.resolved();
  }

  /** Puts other files in the place of those of Secrets, as the kubelet does. */
  public replace(secrets: Secrets): void {
    this.project.pod.replace(secrets);
  }

  /** The folder that stands for a volume of the pod. */
  public volume(name: string): string {
    return this.project.pod.volume(name);
  }

  /** Lines of the access log since the test began. */
  public async log(): Promise<Readonly<Record<string, string | number>>[]> {
    await this.settled();
    const lines = this.project.pod.output().slice(this.logged).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, string | number>);
  }

  /** The error log since the test began. */
  public async errors(): Promise<string> {
    await this.settled();
    return this.project.pod.errors().slice(this.complained);
  }

  /** Tells nginx to stop, and does not wait for it. */
  public quit(): void {
    this.project.pod.quit();
  }

  public async stop(): Promise<void> {
    if (Front.running === this) Front.running = undefined;
    await this.project.pod.stop();
    await this.backend.stop();
  }

  /** As clients see it. */
  public get site(): Site {
    return this.project.site();
  }

  private async up(pods: Pods | undefined): Promise<void> {
    await this.backend.start(this.project.nameserver, pods);
    await Promise.all([this.backend.asked(), this.running()]);
    await this.resolved();
  }

  private async running(): Promise<void> {
    const nginx = await this.project.pod.start();
    await until('nginx to answer', async () => {
      if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
      return this.settled().then(
        () => true,
        () => false,
      );
    });
  }

  private async forget(): Promise<void> {
    this.backend.forget();
    await this.settled();
    const { pod } = this.project;
    [this.logged, this.complained] = [pod.output().length, pod.errors().length];
  }

  /** What DNS has said of pods is known: after their names nginx asks for addresses, and another of its processes may be the one that does. */
  private async resolved(): Promise<void> {
    await this.settled();
    await until('nginx to read what DNS has said', () => !unread());
    await this.settled();
  }

  /** Nginx has an idle moment: what has been answered is in its log. */
  private async settled(): Promise<void> {
    const { path, port } = this.project.pod.container.health;
    await request(this.site, path, { http: true, port });
  }
}

/** Somebody outside the stack who visits the site: a pod in another namespace. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PORTS } from '../../../constructs/nginx/conf/settings';
import { applyNamespace, kubectl, kubectlMeanwhile, PATIENTLY, until } from './kubectl';
import { WORKER, type Release } from './release';

const NAMESPACE = `visitor${WORKER}`;
const PROGRAM = readFileSync(join(__dirname, 'client.py'), 'utf8');
const RUN = ['exec', '--stdin', 'visitor', '--', 'python3', '-c', PROGRAM];

/** What comes back of a request. */
export class Answer {
  public readonly status: number;
  public readonly body: Buffer;

  public constructor(
    private readonly raw: {
      readonly status?: number;
      readonly headers?: [string, string][];
      readonly body?: string;
      readonly error?: string;
    },
  ) {
    this.status = raw.status ?? 0;
    this.body = Buffer.from(raw.body ?? '', 'base64');
  }

  public get text(): string {
    return this.body.toString();
  }

  /** What went wrong before there was an answer. */
  public get error(): string | undefined {
    return this.raw.error;
  }

  /** Every value of a header. */
  public headers(name: string): string[] {
    return (this.raw.headers ?? []).filter(([key]) => key === name).map(([, value]) => value);
  }

  public header(name: string): string | undefined {
    return this.headers(name)[0];
  }
}

interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly host?: string;
  readonly plain?: boolean;
  readonly timeout?: number;
}

/** Makes the pod that the requests come from, if it is not there. */
export function arrive(image = 'registry.example.com/example/shop:dev'): void {
  const metadata = { name: 'visitor', namespace: NAMESPACE };
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const container = { name: 'visitor', image, imagePullPolicy: 'IfNotPresent', command: ['sleep', 'infinity'], securityContext };
  const spec = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [container] };
  applyNamespace(NAMESPACE, { 'pod-security.kubernetes.io/enforce': 'restricted' });
  kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }));
  kubectl(['--namespace', NAMESPACE, 'wait', '--for=condition=Ready', 'pod/visitor', PATIENTLY]);
}

function request(release: Release, path: string, { host = release.host, plain = false, ...options }: RequestOptions) {
  const address = `${release.release}-nginx.${release.namespace}.svc.cluster.local`;
  return { address, port: plain ? 80 : 443, certificate: plain ? undefined : release.certificate, host, path, ...options };
}

function act<T>(actions: readonly object[]): T[] {
  return JSON.parse(kubectl(['--namespace', NAMESPACE, ...RUN], JSON.stringify(actions))) as T[];
}

/** One request to the site, from outside its namespace. */
export function visit(release: Release, path: string, options: RequestOptions = {}): Answer {
  const [raw] = act<ConstructorParameters<typeof Answer>[0]>([{ action: 'fetch', ...request(release, path, options) }]);
  return new Answer(raw ?? {});
}

type Counts = Readonly<Record<string, number>>;

const counted = async (actions: readonly object[], during?: Promise<unknown>) =>
  JSON.parse(await kubectlMeanwhile(['--namespace', NAMESPACE, ...RUN], { input: `${JSON.stringify(actions)}\n`, during })) as Counts[];

/** Answers by status, or by error, to visitors who ask for a page again and again for so many seconds. */
export async function crowd(release: Release, path: string, seconds: number, visitors: number): Promise<Counts> {
  const [counts = {}] = await counted([{ action: 'load', ...request(release, path, {}), paths: [path], seconds, visitors }]);
  return counts;
}

/** Visitors of one kind, all of whom do the same. */
export interface Visitors {
  readonly visitors: number;
  /** Pages, in turn; or that of a websocket. */
  readonly paths: readonly string[];
  readonly websocket?: boolean;
  /** A new connection for every so manieth request. */
  readonly renew?: number;
  /** Time between the first requests of one visitor and the next. Seconds. */
  readonly stagger?: number;
  /** Time after which no more requests are begun.
   * @default - as long as the work goes on */
  readonly seconds?: number;
  /** Time between an answer and the next request. Seconds. */
  readonly rest?: number;
  /** So many answers at the least, of all visitors together. */
  readonly requests?: number;
}

/** What visitors of each kind count while work goes on, who trust these certificates. */
export function crowdDuring(
  release: Release,
  work: Promise<unknown>,
  kinds: readonly Visitors[],
  certificate = release.certificate,
): Promise<Counts[]> {
  const actions = kinds.map(({ websocket = false, paths, ...kind }) => ({
    ...request(release, paths[0] ?? '/', {}),
    action: websocket ? 'talk' : 'load',
    certificate,
    paths,
    ...kind,
  }));
  return counted(actions, work);
}

/** Whether the visitor can open a TCP connection, to each address and port. */
export const reaches = (targets: readonly { address: string; port: number }[]): boolean[] =>
  act(targets.map((target) => ({ action: 'reach', ...target })));

/** Writes an entry into the guestbook, as a browser does; returns the status of the answer. */
export function write(release: Release, author: string, text: string): number {
  const page = visit(release, '/');
  const token = /csrfmiddlewaretoken" value="([^"]+)/.exec(page.text)?.[1] ?? '';
  const cookie = page.header('set-cookie')?.split(';')[0] ?? '';
  const origin = `https://${release.host}`;
  return visit(release, '/', {
    method: 'POST',
    headers: { Cookie: cookie, Origin: origin, Referer: `${origin}/`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfmiddlewaretoken: token, author, text }).toString(),
  }).status;
}

/** Resolves when the site answers, by each pod of the front: each hears for itself of pods behind it, some seconds after they are ready. */
export async function answering(release: Release): Promise<void> {
  await until('the site to answer', () => {
    const pods = release.ready('nginx').map(({ status }) => ({ address: status.podIP, port: PORTS.https.containerPort }));
    const asked = [{}, ...pods].map((one) => ({ action: 'fetch', ...request(release, '/', {}), ...one }));
    return act<{ readonly status?: number }>(asked).every(({ status }) => status === 200);
  });
}

/** Everything applied, and the site answering. */
export async function serving(release: Release): Promise<void> {
  arrive();
  await release.installed();
  await answering(release);
}

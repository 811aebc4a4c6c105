/** kubectl, as a person would use it. */
import { spawn, spawnSync } from 'node:child_process';
import type { Manifest } from '../../../constructs/manifests';

/** What a command printed; throws with what it complained of. */
export function kubectl(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync('kubectl', args, { encoding: 'utf8', input, maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`kubectl ${args.join(' ').slice(0, 300)}: ${stdout}${stderr}`);
  return stdout;
}

/** Always said to be configured: of a PodDisruptionBudget kubectl sends the whole selector (k8s.io/api, policy/v1, `patchStrategy:"replace"`), and
 * of a Job the rules of its podFailurePolicy, in which the API server leaves out empty lists that old ones ask for. */
const ALWAYS = ['poddisruptionbudget.policy/', 'job.batch/'];

/** Objects that an apply says it has changed. */
export const changed = (output: string): string[] =>
  output
    .split('\n')
    .filter(
      (line) =>
        line !== '' && !line.endsWith(' unchanged') && !(line.endsWith(' configured') && ALWAYS.some((start) => line.startsWith(start))),
    );

/** Ends what hangs, where something is waited for: what takes seconds on a machine of one's own takes minutes on one that others keep busy.
 * Seconds. */
const PATIENCE = 300;
/** The same, for kubectl. */
export const PATIENTLY = `--timeout=${PATIENCE}s`;

/** Applies a namespace, and resolves when pods can be made in it. */
export function applyNamespace(name: string, labels: object = {}): void {
  kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }));
  kubectl(['--namespace', name, 'wait', '--for=create', 'serviceaccount/default', PATIENTLY]);
}

interface Meanwhile {
  readonly input?: string;
  readonly cwd?: string;
  /** Until this is over the command is left waiting for the end of its input.
   * @default - its input ends at once */
  readonly during?: Promise<unknown>;
  /** Besides that of the test, which may have added to it.
   * @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that goes on while the test does; resolves with what it printed, when what it is to last for has gone well too. */
export function meanwhile(command: string, args: readonly string[], { input = '', cwd, during, env }: Meanwhile = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
    let [out, complaint] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    child.on('close', (status) => {
      if (status === 0) Promise.resolve(during).then(() => resolve(out), reject);
      else reject(new Error(`${command} ${args.join(' ').slice(0, 300)}: ${complaint}`));
    });
    child.stdin.write(input);
    const end = () => void child.stdin.end();
    if (during) during.then(end, end);
    else end();
  });
}

/**
 * Over a websocket kubectl says nothing more, not even that its input has ended, after a minute in which it had nothing to say. Over SPDY
 * it may lose what a command said at its end, its exit code too, where the machine is busy.
 */
const PATIENT = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' };

/** kubectl, which may be silent for as long as it likes. */
export const kubectlMeanwhile = (args: readonly string[], options: Meanwhile = {}) =>
  meanwhile('kubectl', args, { ...options, env: PATIENT });

export const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

type Attempt<T> = T | undefined | false;

/** Tries once a second until `attempt` returns something other than undefined, false or an error; says in the end what it last got. */
export async function until<T>(what: string, attempt: () => Attempt<T> | Promise<Attempt<T>>): Promise<T> {
  const end = Date.now() + PATIENCE * 1000;
  for (let last: unknown; ;) {
    try {
      const result = await attempt();
      if (result !== undefined && result !== false) return result;
      last = result;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${PATIENCE} s for ${what}; got ${String(last)}`);
    await pause(1);
  }
}

/** What comes of an act that is done again and again while work goes on. */
export async function during<T>(work: Promise<unknown>, act: () => T | Promise<T>): Promise<T[]> {
  const state = { over: false };
  const end = work.finally(() => (state.over = true));
  const results: T[] = [];
  while (!state.over) {
    results.push(await act());
    await pause(0.2);
  }
  await end;
  return results;
}

/** An object as the cluster has it. */
export interface Live extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly uid: string; readonly resourceVersion: string; readonly deletionTimestamp?: string };
  readonly status: Readonly<Record<string, unknown>>;
}

export interface Pod extends Live {
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: {
      readonly name: string;
      readonly containerID: string;
      readonly ready: boolean;
      readonly restartCount: number;
    }[];
    readonly initContainerStatuses?: {
      readonly name: string;
      readonly containerID: string;
      readonly restartCount: number;
      readonly state: Record<string, object>;
    }[];
  };
}

/** One namespace of the cluster. */
/** Image of the first container of a pod. */
export const imageOf = ({ spec }: Pod) => (spec as { containers: [{ image: string }] }).containers[0].image;
export const tagOf = (pod: Pod) => imageOf(pod).split(':')[1];

export class Namespaced {
  public constructor(public readonly namespace: string) {
    (globalThis as { namespaces?: Set<string> }).namespaces?.add(namespace);
  }

  public kubectl(...args: string[]): string {
    return kubectl(['--namespace', this.namespace, ...args]);
  }

  /** Asks for a pod to go, as a drain does; throws when a disruption budget forbids it. */
  public evict(pod: string): void {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: this.namespace } };
    kubectl(['create', '--raw', `/api/v1/namespaces/${this.namespace}/pods/${pod}/eviction`, '--filename', '-'], JSON.stringify(eviction));
  }

  public create(manifest: object): void {
    kubectl(['--namespace', this.namespace, 'create', '--filename', '-'], JSON.stringify(manifest));
  }

  public list<T extends Live = Live>(kind: string, selector = ''): T[] {
    return (JSON.parse(this.kubectl('get', kind, '--output=json', `--selector=${selector}`)) as { items: T[] }).items;
  }

  /** Pods of a component, without those that are going. */
  public pods(component: string): Pod[] {
    return this.list<Pod>('pods', `app.kubernetes.io/component=${component}`).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined,
    );
  }

  public ready(component: string): Pod[] {
    return this.pods(component).filter(
      ({ status }) => status.containerStatuses?.every(({ ready }) => ready) === true && status.phase === 'Running',
    );
  }

  /** Reasons and messages of events about objects whose name begins so. */
  public events(name: string): string[] {
    type Event = Live & { readonly reason: string; readonly message: string; readonly involvedObject: { readonly name: string } };
    return this.list<Event>('events')
      .filter(({ involvedObject }) => involvedObject.name.startsWith(name))
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  public rolledOut(...workloads: string[]): void {
    for (const workload of workloads) this.kubectl('rollout', 'status', workload, PATIENTLY);
  }

  /** Rolled out, until no pod of before is left. */
  public async settled(...workloads: string[]): Promise<void> {
    this.rolledOut(...workloads);
    const ending = ({ metadata }: Live) => metadata.deletionTimestamp !== undefined;
    await until('the pods of before to end', () => !this.list('pods').some(ending));
  }

  /** Does what ends the one pod of a component, and waits until another is ready: a rollout may be told as done before the end of the first. */
  public async replaced(component: string, act: () => unknown): Promise<void> {
    const before = this.pods(component)[0]?.metadata.uid;
    await act();
    await until(`another pod of ${component}`, () => {
      const [pod] = this.ready(component);
      return pod !== undefined && pod.metadata.uid !== before;
    });
  }
}

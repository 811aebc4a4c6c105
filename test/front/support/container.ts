/** What the manifest of a Deployment says of nginx's container, and of those that run before it. */
import type { k8s } from '../../../imports';
import type { Rendered } from '../../support/stack';

const NAME = 'nginx';

export class Container {
  public readonly name: string;
  public readonly image: string;
  public readonly command: readonly string[];
  public readonly mounts: readonly k8s.VolumeMount[];
  public readonly ports: Readonly<Record<string, number>>;
  public readonly user: number;
  public readonly group: number;
  /** Of files in volumes. */
  public readonly fsGroup: number;
  public readonly readOnly: boolean;
  public readonly env: Readonly<Record<string, string>>;

  public constructor(
    pod: k8s.PodSpec,
    private readonly spec: k8s.Container,
    podName: string,
  ) {
    const { name, image = '', command = [], args = [], volumeMounts = [], ports = [], env = [] } = spec;
    const security = { ...pod.securityContext, ...spec.securityContext };
    this.name = name;
    this.image = image;
    this.command = [...command, ...args];
    this.mounts = volumeMounts;
    this.ports = Object.fromEntries(ports.map((port) => [port.name ?? '', port.containerPort]));
    this.user = security.runAsUser ?? 0;
    this.group = security.runAsGroup ?? 0;
    this.fsGroup = security.fsGroup ?? this.group;
    this.readOnly = security.readOnlyRootFilesystem ?? false;
    const field = (path = '') => (path === 'metadata.name' ? podName : '');
    this.env = Object.fromEntries(env.map((one) => [one.name, one.value ?? field(one.valueFrom?.fieldRef?.fieldPath)]));
  }

  /** Where the kubelet asks whether it is ready. */
  public get health(): { readonly path: string; readonly port: number } {
    const { path = '/', port } = this.spec.readinessProbe?.httpGet ?? {};
    const number = this.ports[port as unknown as string];
    if (number === undefined) throw new Error(`${this.name} has no port that tells whether it is ready`);
    return { path, port: number };
  }

  /** The folder in its volume that a mount shows. */
  public subPath({ subPath = '', subPathExpr }: k8s.VolumeMount): string {
    return subPathExpr?.replace(/\$\((\w+)\)/g, (_whole, name: string) => this.env[name] ?? '') ?? subPath;
  }
}

export interface PodManifest {
  readonly volumes: readonly k8s.Volume[];
  /** In this order before nginx. */
  readonly init: readonly Container[];
  readonly nginx: Container;
}

export function podManifest(rendered: Rendered, deployment: string): PodManifest {
  const { spec } = rendered.find('Deployment', deployment) as unknown as k8s.KubeDeploymentProps;
  const pod = spec?.template.spec;
  const nginx = pod?.containers.find(({ name }) => name === NAME);
  if (!pod || !nginx) throw new Error(`${deployment} has no container ${NAME}`);
  const container = (one: k8s.Container) => new Container(pod, one, `${deployment}-0`);
  return { volumes: pod.volumes ?? [], init: (pod.initContainers ?? []).map(container), nginx: container(nginx) };
}

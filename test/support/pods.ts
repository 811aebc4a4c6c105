/** The pods that objects make. */
import type { k8s } from '../../imports';
import type { Manifest } from '../../constructs/manifests';

type Loose<T> = T extends readonly (infer Item)[] ? Loose<Item>[] : T extends object ? { readonly [Key in keyof T]?: Loose<T[Key]> } : T;

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly env?: { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly ports?: { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests: Record<string, string>; readonly limits: Record<string, string | number> };
  readonly securityContext: Loose<k8s.SecurityContext>;
  readonly volumeMounts?: { readonly name: string; readonly mountPath: string; readonly subPath?: string; readonly readOnly?: boolean }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: string[] } } };
  readonly imagePullPolicy: string;
  readonly terminationMessagePolicy?: string;
}

export interface Probe {
  readonly httpGet?: {
    readonly path: string;
    readonly port: string;
    readonly httpHeaders?: { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: string };
  readonly exec?: { readonly command: string[] };
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: {
    readonly secretName: string;
    readonly defaultMode?: number;
    readonly items?: { readonly key: string; readonly path: string }[];
  };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly ephemeral?: { readonly volumeClaimTemplate: { readonly spec: object } };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly projected?: {
    readonly sources: {
      readonly configMap: { readonly name: string; readonly items: { readonly key: string; readonly path: string }[] };
    }[];
  };
}

export interface PodSpec {
  readonly containers: Container[];
  readonly initContainers?: Container[];
  readonly volumes?: Volume[];
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: Record<string, unknown>;
  readonly [field: string]: unknown;
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: PodSpec;
}

interface Workload {
  readonly spec: {
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  };
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'Job', 'CronJob'];

export const isWorkload = ({ kind }: Manifest) => WORKLOADS.includes(kind);

/** The template of a workload's pods. */
export function template(object: Manifest): PodTemplate {
  const { spec } = object as unknown as Workload;
  const found = spec.template ?? spec.jobTemplate?.spec.template;
  if (!found) throw new Error(`${object.kind} ${object.metadata.name} has no pods`);
  return found;
}

export const podSpec = (object: Manifest) => template(object).spec;

/** Containers and init containers. */
export const containers = (object: Manifest) => [...(podSpec(object).initContainers ?? []), ...podSpec(object).containers];

export function container(object: Manifest, name: string): Container {
  const found = containers(object).find((one) => one.name === name);
  if (!found) throw new Error(`${object.metadata.name} has no container ${name}`);
  return found;
}

export function volume(object: Manifest, name: string): Volume {
  const found = podSpec(object).volumes?.find((one) => one.name === name);
  if (!found) throw new Error(`${object.metadata.name} has no volume ${name}`);
  return found;
}

/** Whether pods mount that claim. */
export const mounts = ({ spec }: PodTemplate, claim: string) =>
  (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);

/** Variables of a container by name. */
export const variables = (one: Container) => Object.fromEntries((one.env ?? []).map(({ name, value = '' }) => [name, value]));

/** Files of a pod's volumes, laid out as the kubelet does. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { k8s } from '../../../imports';
import type { Rendered } from '../../support/stack';

/** Content of Secrets, by their names and keys. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string | Buffer>>>>;
type Content = Readonly<Record<string, string | Buffer>>;
type File = readonly [path: string, content: string | Buffer];

interface Selection {
  readonly items?: readonly k8s.KeyToPath[];
  readonly optional?: boolean;
}

function select(what: string, content: Content | undefined, { items, optional }: Selection): File[] {
  if (!content) {
    if (optional) return [];
    throw new Error(`there is no ${what}`);
  }
  return (items ?? Object.keys(content).map((key) => ({ key, path: key }))).map(({ key, path }) => {
    const value = content[key];
    if (value === undefined) throw new Error(`${what} has no ${key}`);
    return [path, value];
  });
}

function ofConfigMap({ objects }: Rendered, name = ''): Content | undefined {
  const object = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (!object) return undefined;
  const { data, binaryData = {} } = object as unknown as k8s.KubeConfigMapProps;
  return { ...data, ...Object.fromEntries(Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')])) };
}

/** What a volume of files holds; undefined where it is a folder that the pod, or someone else, writes to. */
export function files(volume: k8s.Volume, rendered: Rendered, secrets: Secrets): File[] | undefined {
  const { name, configMap, secret, projected, emptyDir, persistentVolumeClaim } = volume;
  if (emptyDir ?? persistentVolumeClaim) return undefined;
  const sources: readonly k8s.VolumeProjection[] = projected?.sources ?? [
    { configMap, secret: secret && { ...secret, name: secret.secretName } },
  ];
  return sources.flatMap((source) => {
    if (source.configMap)
      return select(`ConfigMap ${source.configMap.name ?? ''}`, ofConfigMap(rendered, source.configMap.name), source.configMap);
    if (source.secret) return select(`Secret ${source.secret.name ?? ''}`, secrets[source.secret.name ?? ''], source.secret);
    throw new Error(`the volume ${name} is of a kind that this suite does not know`);
  });
}

/** Puts files into a folder, or others in their place, in one step: everything is seen through a link to the folder of the day. */
export function publish(folder: string, content: readonly File[], mode: number, group: number): void {
  mkdirSync(folder, { recursive: true });
  const link = `${folder}/..data`;
  const old = existsSync(link) ? readlinkSync(link) : undefined;
  const version = `..${process.hrtime.bigint()}`;
  for (const [path, bytes] of content) {
    const file = `${folder}/${version}/${path}`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    chownSync(file, 0, group);
    chmodSync(file, mode);
  }
  mkdirSync(`${folder}/${version}`, { recursive: true });
  symlinkSync(version, `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  const seen = new Set(readdirSync(folder));
  for (const name of readdirSync(link)) if (!seen.has(name)) symlinkSync(`..data/${name}`, `${folder}/${name}`);
  if (old !== undefined) rmSync(`${folder}/${old}`, { recursive: true });
}

/** A release as the cluster remembers it: a ConfigMap that says what it was, and others that hold its manifests. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';

export const STATUSES = ['started', 'deployed', 'failed'] as const;

/** What is remembered of a release. */
export interface Entry {
  /** Counts the releases of a namespace, from 1. */
  readonly number: number;
  /** `started` and no more: whoever began it has gone before its end. */
  readonly status: (typeof STATUSES)[number];
  /** Of the application. */
  readonly image: string;
  /** Commit that the project was at; with `-dirty` where something was not committed. */
  readonly revision?: string;
  /** Who ran the command, on which machine. */
  readonly who: string;
  /** As whom the cluster knew them. */
  readonly user?: string;
  /** The release that this one went back to. */
  readonly of?: number;
  /** When its migrations were applied, in ISO 8601, by the clock of the cluster. */
  readonly migrated?: string;
  /** Why it has failed. */
  readonly reason?: string;
  /** What it applied and a later one may remove, as kubectl names it. */
  readonly objects: readonly string[];
  /** ConfigMaps that its manifests take. */
  readonly parts: number;
}

/** One that the cluster has. */
export interface Recorded extends Entry {
  /** When it began, in ISO 8601, by the clock of the cluster. */
  readonly when: string;
}

export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string };
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** An object of the API holds 1 MiB, of which base64 takes a third. */
const PART_BYTES = 700_000;
const ENTRY = 'release.json';
const MANIFESTS = 'manifests.gz';

export const recordName = (release: string, number: number) => `${release}-release-${number}`;
const partName = (release: string, number: number, part: number) => `${recordName(release, number)}-manifests-${part}`;

/** Not `part-of`, by which objects of the running release are found. */
const labels = (release: string, component: string) => ({ 'app.kubernetes.io/instance': release, [COMPONENT_LABEL]: component });
export const selector = (release: string) =>
  Object.entries(labels(release, 'release'))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

export const encode = (release: string, entry: Entry) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: recordName(release, entry.number), labels: labels(release, 'release') },
  data: { [ENTRY]: JSON.stringify(entry, undefined, 2) },
});

export const decode = ({ data, metadata }: ConfigMap): Recorded => ({
  ...(JSON.parse(data[ENTRY] ?? '') as Entry),
  when: metadata.creationTimestamp,
});

/** Its manifests, in as many pieces as it takes. */
export function pack(manifests: readonly Manifest[]): Buffer[] {
  const packed = gzipSync(JSON.stringify(manifests));
  return Array.from({ length: Math.ceil(packed.length / PART_BYTES) }, (_, part) =>
    packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  );
}

/** Objects that hold those pieces, and go with that of the release. */
export function encodeParts(release: string, number: number, { metadata: { name, uid } }: ConfigMap, pieces: readonly Buffer[]) {
  return pieces.map((piece, part) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: partName(release, number, part),
      labels: labels(release, 'release-manifests'),
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }],
    },
    immutable: true,
    binaryData: { [MANIFESTS]: piece.toString('base64') },
  }));
}

export const partNames = (release: string, { number, parts }: Pick<Entry, 'number' | 'parts'>) =>
  Array.from({ length: parts }, (_, part) => partName(release, number, part));

/** From those objects, in their order. */
export function unpack(parts: readonly ConfigMap[]): Manifest[] {
  const pieces = parts.map(({ binaryData }) => Buffer.from(binaryData?.[MANIFESTS] ?? '', 'base64'));
  return JSON.parse(gunzipSync(Buffer.concat(pieces)).toString()) as Manifest[];
}

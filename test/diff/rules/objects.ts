/** Objects of kinds that people may have beside ours too, and what a change of one leads to. */
import { merge } from '../../../constructs/finish';
import type { Manifest } from '../../../constructs/manifests';
import type { ClassName } from '../../../diff/classes';
import { consequences } from '../../../diff/consequences';

export const object = (kind: string, fields: object, labels: object = {}): Manifest =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'it', namespace: 'shop', labels }, ...fields }) as Manifest;

/** Each consequence of a change of one object, as `class: sentence`. */
export const told = (before: Manifest, patch: object) =>
  consequences([before], [merge(before, patch) as Manifest]).map((one) => `${one.class}: ${one.says}`);

export const pod = (spec: object) => ({ spec: { template: { spec } } });
export const container = (fields: object) => pod({ containers: [{ name: 'app', image: 'a/b:1', ...fields }] });
export const deployment = (fields: object = {}) =>
  object('Deployment', merge({ ...container({}), spec: { ...container({}).spec, replicas: 2 } }, fields) as object);
export const claims = (size: string) => ({
  spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: size } } } }] },
});
export const backup = (fields: object) => object('CronJob', fields, { 'app.kubernetes.io/component': 'backup' });

/** A change of an object, and the one sentence that says what it leads to. */
export type Row = readonly [what: string, before: Manifest, patch: object, says: RegExp];

/** Tests that each leads to that class, in that sentence. */
export function lead(name: ClassName, rows: readonly Row[]): void {
  test.each(rows)(`${name}: %s`, (_what, before, patch, says) => {
    const found = told(before, patch).filter((line) => line.startsWith(`${name}: `));
    expect(found.map((line) => line.slice(name.length + 2))).toEqual([expect.stringMatching(says)]);
  });
}

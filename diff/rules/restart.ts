/** What replaces pods, in which order, and why. */
import { nameBeforeHash } from '../../constructs/content-name';
import type { Manifest } from '../../constructs/manifests';
import type { Change, Difference } from '../diff';
import { at, replicasOf, rollingOf } from '../objects';
import type { Rule, Whole } from '../rule';
import { fieldsFromTo, listed, pods, value } from '../words';
import { asksMigration } from './migration';

function order(change: Change, whole: Whole): string {
  const { kind, after } = change;
  if (!after || kind === 'DaemonSet') return 'its pods restart, node by node';
  const { min, max } = replicasOf(after, whole.after);
  const many = min === max ? pods(min) : `${min} to ${pods(max)}`;
  const restart = max === 1 ? `${many} restarts` : `${many} restart`;
  if (kind === 'StatefulSet') return max === 1 ? restart : `${restart}, one by one, from the last`;
  const { surge, unavailable } = rollingOf(after, min);
  const first = asksMigration(change, whole) ? ' once the migration is done' : '';
  if (surge === 0) return `${restart}${first}, ${unavailable} at a time, stopped before the next one starts`;
  return `${restart}${first}, each new one ready before an old one stops`;
}

const configMap = (all: readonly Manifest[], name: unknown) =>
  all.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);

/** Files of a ConfigMap that differ. */
function files({ before, after }: Difference, whole: Whole): string[] {
  const [old, now] = [configMap(whole.before, before), configMap(whole.after, after)];
  return ['data', 'binaryData'].flatMap((field) => {
    const keys = [old, now].flatMap((one) => Object.keys((at(one, field) as object | undefined) ?? {}));
    return [...new Set(keys)].filter((key) => at(old, field, key) !== at(now, field, key));
  });
}

const CONTAINERS = ['containers', 'initContainers'];

interface Reason {
  /** Container that it is about, where it is about one. */
  readonly container?: string;
  readonly what: string;
}

/** What of a template changed, as people call it. */
function reason(difference: Difference, whole: Whole): Reason {
  const { path, within } = difference;
  if (path.at(-1) === 'name' && path.at(-2) === 'configMap') {
    const changed = files(difference, whole);
    const configuration = `configuration ${nameBeforeHash(value(difference.after ?? difference.before))}`;
    return { what: changed.length > 0 ? `${configuration} (${listed(changed)})` : configuration };
  }
  const [list = '', container, ...keys] = (within ?? path).slice(path.indexOf('template') + 2);
  if (!CONTAINERS.includes(list) || keys.length === 0) return { what: fieldsFromTo([difference]) };
  const name = keys[0] === 'env' ? (keys[1] ?? '') : keys.join('.');
  return { ...(container === undefined ? {} : { container }), what: fieldsFromTo([difference], () => name) };
}

/** Each reason once, with the containers that have it. Labels follow from the image: they are a reason where there is no other. */
function reasons(differences: readonly Difference[], whole: Whole): string {
  const ofPods = differences.filter(({ path }) => path.includes('spec', 2));
  const all = (ofPods.length > 0 ? ofPods : differences).map((one) => reason(one, whole));
  return [...new Set(all.map(({ what }) => what))]
    .map((what) => {
      const containers = all.flatMap((one) => (one.what === what && one.container ? [one.container] : []));
      return containers.length > 0 ? `${listed(containers)} ${what}` : what;
    })
    .join('; ');
}

export const RESTART: readonly Rule[] = [
  {
    class: 'restart',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet'],
    fields: ['spec.template.**'],
    says: (differences, change, whole) => `${order(change, whole)}: ${reasons(differences, whole)}`,
  },
  {
    class: 'restart',
    kinds: ['Pooler'],
    fields: ['spec.template.**', 'spec.pgbouncer.**'],
    says: (differences, _change, whole) => `the operator replaces its pods, or has them read it again: ${reasons(differences, whole)}`,
  },
];

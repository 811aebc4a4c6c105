/** Why something of a release does not serve, by the table of causes. */
import type { Environment } from '../../config/load';
import type { Asking } from '../kubectl';
import { CAUSES } from './causes';
import { lastWords, objects } from './gather';
import { Members } from './members';
import type { Subject, Words } from './subject';
import { Subjects } from './subjects';

/** A cause that was found, of all that have the same. */
export interface Diagnosis {
  /** Its name in the table. */
  readonly cause: string;
  readonly component: string;
  /** `Pod shop-gunicorn-…`, or what makes it. */
  readonly objects: readonly string[];
  readonly says: string;
  readonly mend: string;
  /** It may pass by itself. */
  readonly waits: boolean;
}

/** What a sentence of the table is completed by, of an environment. */
type Place = Pick<Environment, 'name' | 'config'>;

/** A sentence of the table with its words. A terminal needs no quotes around commands. */
const filled = (sentence: string, words: Words) =>
  sentence.replaceAll(/\{(\w+)\}/g, (_all, name: string) => words[name] ?? '').replaceAll('`', '');

function causeOf(subject: Subject, { name: environment, config }: Place, now: number): Diagnosis | undefined {
  for (const { name: cause, says, mend, waits = false, find } of CAUSES) {
    const found = find(subject, now);
    if (!found) continue;
    const { kind, name, component } = subject;
    const { namespace } = config;
    const words = { environment, namespace, component, kind: kind.toLowerCase(), name, ...found };
    return { cause, component, objects: [`${kind} ${name}`], says: filled(says, words), mend: filled(mend, words), waits };
  }
  return undefined;
}

/** One for all objects of which the same is said; pods before what makes them. */
export function diagnoses(subjects: readonly Subject[], place: Place, now: number): Diagnosis[] {
  const all = new Map<string, Diagnosis>();
  for (const subject of subjects) {
    const one = causeOf(subject, place, now);
    if (!one) continue;
    const key = `${one.cause} ${one.says}`;
    const other = all.get(key);
    all.set(key, other ? { ...other, objects: [...other.objects, ...one.objects] } : one);
  }
  return [...all.values()];
}

/** Asks the cluster, and tells why what does not serve does not. Nothing is told of what starts without a trouble. */
export async function diagnose(kubectl: Asking, place: Place): Promise<Diagnosis[]> {
  const found = await objects(kubectl);
  const lines = await lastWords(kubectl, found);
  return diagnoses(new Subjects(found, new Members(found, place.config), lines).all(), place, Date.now());
}

/** The words of each cause, where it is found. */
import { ready } from './objects';
import * as signs from './signs';
import type { Subject, Words } from './subject';

const first = (text: string) => text.split('\n')[0]?.trim() ?? '';

/** The words of the groups of a pattern. */
const match = (text: string | undefined, pattern: RegExp): Words | undefined =>
  text === undefined ? undefined : pattern.exec(text)?.groups;

/** The first sentence of the scheduler, without what it says of preemption. */
const scheduler = (text: string) => first(text).replace(/ (no new claims to deallocate, )?preemption: .*$/, '');

export const nodeLost = ({ pod, nodeLost: lost }: Subject): Words | undefined =>
  pod && lost && !ready(pod) ? { node: pod.spec.nodeName ?? '' } : undefined;

export const claimMissing = (subject: Subject) => match(signs.unscheduled(subject), /persistentvolumeclaim "(?<claim>[^"]+)" not found/);

/** A claim keeps a pod from its node only where the scheduler says so, or where nobody makes its volume. */
export function claimUnbound(subject: Subject): Words | undefined {
  const message = signs.unscheduled(subject);
  const [one] = subject.claims;
  if (!one || (message !== undefined && !/PersistentVolumeClaim|binding volumes/i.test(message))) return undefined;
  const told = signs.told(one, 'ProvisioningFailed', 'FailedBinding');
  const why = told ?? message;
  return why === undefined ? undefined : { claim: one.claim.metadata.name, why: scheduler(why) };
}

function insufficient(subject: Subject, pattern: RegExp): Words | undefined {
  const message = signs.unscheduled(subject);
  const found = match(message, pattern);
  return found && { ...found, why: scheduler(message ?? '') };
}

export const gpuInsufficient = (subject: Subject) => insufficient(subject, /Insufficient (?<resource>[\w.-]+\/(?:[\w-]|\.(?=\w))+)/);

export function gpuUnhealthy(subject: Subject): Words | undefined {
  const failed = signs.failedDevices(subject);
  return failed && { device: failed.ids.join(' and '), resource: failed.resource, node: subject.pod?.spec.nodeName ?? '' };
}

export const roomInsufficient = (subject: Subject) => insufficient(subject, /Insufficient (?<resource>[\w-]+)|(?<pods>Too many pods)/);

export const unschedulable = (subject: Subject) => insufficient(subject, /(?<all>[^]*)/);

export function volumeElsewhere(subject: Subject): Words | undefined {
  return match(signs.volumeTrouble(subject), /(?<why>Multi-Attach error .*)/);
}

export function missingSecret(subject: Subject): Words | undefined {
  const pattern = /secret "(?<secret>[^"]+)" not found/;
  return match(signs.volumeTrouble(subject), pattern) ?? match(signs.misconfigured(subject), pattern);
}

export function missingKey(subject: Subject): Words | undefined {
  const found = match(signs.volumeTrouble(subject), /volume "(?<volume>[^"]+)" ?: .*non-existent secret key: (?<key>\S+)/);
  if (!found) return match(signs.misconfigured(subject), /couldn't find key (?<key>\S+) in Secret [^/]*\/(?<secret>\S+)/);
  const volume = subject.pod?.spec.volumes?.find(({ name }) => name === found.volume);
  return { key: found.key ?? '', secret: volume?.secret?.secretName ?? `of the volume ${found.volume ?? ''}` };
}

/** What containerd says around the reason of a pull that fails, each time with the name of the image. */
const AROUND = /^(?:rpc error: code = \w+ desc = |Back-off pulling image "[^"]*": ErrImagePull: |failed to [\w ]+ "[^"]*": )+/;

/** The reason alone, as the image is named already. */
function refusal(message: string, image: string): string {
  const reason = first(message).replace(AROUND, '');
  return reason.startsWith(`${image}: `) ? reason.slice(image.length + 2) : reason;
}

export function imagePull(subject: Subject): Words | undefined {
  const status = signs.unpulled(subject);
  if (!status) return undefined;
  const { image = '', state } = status;
  const refused = subject.events.map(({ message }) => match(message, /^Failed to pull image "[^"]*": (?<why>.*)/)?.why);
  const why = refused.filter(Boolean).at(-1) ?? state.waiting?.message ?? state.waiting?.reason ?? '';
  return { image, why: refusal(why, image) };
}

export function outOfMemory(subject: Subject, now: number): Words | undefined {
  const status = signs.beyondMemory(subject, now);
  return status && { container: status.name };
}

const NOTHING = 'it has said nothing yet';

export const migrationFailed = (subject: Subject): Words | undefined =>
  (signs.gated(subject) || subject.component === 'migrate') && subject.migration.state === 'failed'
    ? { line: subject.migration.line }
    : undefined;

export const migrationRetrying = (subject: Subject): Words | undefined =>
  signs.gated(subject) && subject.migration.state === 'retrying' ? { line: subject.migration.line } : undefined;

export const migrationMissing = (subject: Subject): Words | undefined =>
  signs.gated(subject) && (subject.migration.state === 'absent' || signs.leftOver(subject))
    ? { line: subject.line(signs.GATE) ?? NOTHING }
    : undefined;

export const migrationPending = (subject: Subject): Words | undefined =>
  signs.gated(subject) ? { line: subject.line(signs.GATE) ?? NOTHING } : undefined;

function probe(message: string): string {
  const [, which, said] = /^(\w+) probe failed:\s*(.*)/.exec(first(message)) ?? [];
  return which === undefined ? first(message) : [`${which.toLowerCase()} probe`, said].filter(Boolean).join(', ');
}

function unanswered(subject: Subject, holds: (message: string) => boolean): Words | undefined {
  const found = signs.unanswered(subject);
  return found && holds(found.message) ? { container: found.status.name, why: probe(found.message) } : undefined;
}

export const disallowedHost = (subject: Subject) => unanswered(subject, (message) => message.includes('statuscode: 400'));

export const starting = (subject: Subject) =>
  unanswered(subject, (message) => message.startsWith('Startup') && !message.includes('statuscode') && !signs.crashed(subject));

/** One that has ended by itself answers no probe either. */
export const probeFailing = (subject: Subject) => unanswered(subject, () => signs.endedByProbe(subject) || !signs.crashed(subject));

/** Source: nginx 1.30, ngx_resolver_create. */
export function dnsMissing(subject: Subject): Words | undefined {
  const found = crash(subject);
  const [, host] = /host not found in resolver "([^"]+)"/.exec(found?.line ?? '') ?? [];
  return found && host !== undefined ? { container: found.container ?? '', host } : undefined;
}

export function crash(subject: Subject): Words | undefined {
  const found = signs.crashed(subject);
  if (!found) return undefined;
  const { status, end } = found;
  const line = subject.line(status.name) ?? end.message?.trim() ?? end.reason ?? 'it has said nothing';
  return { container: status.name, code: `${end.exitCode}`, line };
}

export function quota({ refused: why }: Subject): Words | undefined {
  const found = match(why, /(exceeded|failed) quota: (?<quota>[^:,\s]+)[,:] (?<why>[^]*)/);
  return found && { ...found, why: first(found.why ?? '') };
}

export const refused = ({ refused: why }: Subject): Words | undefined => (why === undefined ? undefined : { why: first(why) });

export function other(subject: Subject): Words | undefined {
  const trouble = subject.pod && !ready(subject.pod) ? signs.trouble(subject) : undefined;
  return trouble && { why: first([trouble.reason, trouble.message].filter(Boolean).join(': ')) };
}

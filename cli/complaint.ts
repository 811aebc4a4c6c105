/** What kubectl complains of, in words for whoever called a command: what was wanted of which cluster, and what mends it. */

/** To whom it looks as if nothing were there. */
export const IS_APPLIED = 'has it been applied, in the cluster of this context?';

/** Of kubectl, by its own log: people get the same in the line below. */
const LOG = /^[EFIW]\d{4} \d\d:\d\d:/;
/** How lines begin that are its own, and not of a program that it runs in a pod. */
const OWN = '^(?:Error from server|error:|from server for:)';

const REFUSED = /^The connection to the server (?<server>\S+) was refused/m;
const UNANSWERED =
  /^(?:error(?: when \w+ "[^"]*")?|from server for): (?:.*: )?[A-Z][a-z]+ "https?:\/\/(?<server>[^/"]+)[^"]*": (?<why>.+?)(?:; if you choose to ignore .*)?$/m;
const UNCONNECTED = /^Unable to connect to the server: (?<why>.+)/m;
const UNKNOWN = new RegExp(`${OWN}.*(?:\\(Unauthorized\\)|client to provide credentials)`, 'm');
const FORBIDDEN = new RegExp(
  `${OWN}.* is forbidden: User "(?<user>[^"]+)" cannot (?<verb>\\S+) resource "(?<resource>[^"]+)" in API group "[^"]*" (?<where>.+)`,
  'gm',
);
const ABSENT = new RegExp(`${OWN}.* (?<kind>namespaces|cronjobs\\.batch) "(?<name>[^"]+)" not found`, 'm');

/** Of one that has answered before: what ends by itself. Sources: net/http and net/http2 of Go, `kubectl wait`, etcd. */
const INTERRUPTED = [
  'unexpected EOF',
  'connection lost',
  'connection reset by peer',
  'stream error',
  'TLS handshake timeout',
  'i/o timeout',
  'watch closed before',
  'unable to handle the request',
  'etcdserver: leader changed',
  'etcdserver: request timed out',
];
const LOST = new RegExp(`^(?:error|Error from server(?: \\([A-Z]\\w+\\))?): .*(?:${INTERRUPTED.join('|')})`, 'm');

function unreachable(errors: string): string | undefined {
  const found = REFUSED.exec(errors) ?? UNANSWERED.exec(errors) ?? UNCONNECTED.exec(errors);
  if (!found) return undefined;
  const { server, why = 'connection refused' } = found.groups ?? {};
  const where = server === undefined ? '' : ` at ${server}`;
  const reason = why.replace(/^dial tcp \S+: (?:connect: )?/, '');
  return `no cluster answers${where} (${reason}): does it run, and is it the one you mean? kubectl config get-contexts marks which that is`;
}

const unknown = (errors: string) =>
  UNKNOWN.test(errors)
    ? 'the cluster does not know who you are (Unauthorized): sign in to it again, or choose another context; kubectl config get-contexts lists them'
    : undefined;

function forbidden(errors: string): string | undefined {
  const all = [...errors.matchAll(FORBIDDEN)].map(({ groups = {} }) => groups);
  const [first] = all;
  if (!first) return undefined;
  const verbs = [...new Set(all.map(({ verb = '' }) => verb))];
  const resources = (verb: string) => [...new Set(all.filter((one) => one.verb === verb).map(({ resource }) => resource))].join(', ');
  const what = verbs.map((verb) => `${verb} ${resources(verb)}`).join(', nor ');
  return `${first.user} may not ${what} ${first.where} (Forbidden): whoever administers the cluster can allow that`;
}

function absent(errors: string): string | undefined {
  const { kind, name } = ABSENT.exec(errors)?.groups ?? {};
  return name === undefined
    ? undefined
    : `there is no ${kind === 'namespaces' ? 'namespace' : 'CronJob'} ${name} (NotFound): ${IS_APPLIED}`;
}

/** Whether it has failed as no cluster answers, or none answers any more. */
export const isUnanswered = (errors: string) => unreachable(errors) !== undefined || LOST.test(errors);

/**
 * Of a command that has failed; in its own words where they are for people.
 * @param args of kubectl
 * @param errors what it has said
 */
export function complaint(args: readonly string[], errors: string): string {
  const own = [...new Set(errors.trim().split('\n'))].filter((line) => !LOG.test(line)).join('\n');
  const command = args
    .slice(0, 3)
    .join(' ')
    .replace(/(?: -\S*)+$/, '');
  return unreachable(own) ?? unknown(own) ?? forbidden(own) ?? absent(own) ?? `kubectl ${command}: ${own}`;
}

/** Whether the site can work, by its own word. */
import type { Config } from '../../../config/resolve';
import { PORT } from '../../../constructs/gunicorn/port';
import { runtimeFiles } from '../../../constructs/runtime-files';
import type { Asking } from '../../kubectl';
import { ifKnown, isUnknown, type Unknown } from '../asking';
import { ready, type Pod } from '../objects';
import { notKnown, type Row } from '../row';

/** The page that asks the database, by a custom that the example follows. */
const PATH = '/readyz';
const PROGRAM = 'readyz.py';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks a pod for the page, from inside; undefined where no pod is ready. */
export async function ask(kubectl: Asking, { django }: Config, pods: readonly Pod[]): Promise<Answer | Unknown | undefined> {
  const pod = pods.find((one) => ready(one) && one.metadata.deletionTimestamp === undefined);
  if (!pod) return undefined;
  const host = django.hosts[0]?.replace(/^\./, '') ?? '';
  const command = ['python3', '-c', runtimeFiles(PROGRAM)[PROGRAM] ?? '', `${PORT.containerPort}`, host, PATH];
  const said = await ifKnown(() => kubectl.run(['exec', pod.metadata.name, '--container', 'gunicorn', '--', ...command]));
  if (isUnknown(said)) return said;
  const [, status = '0', text = ''] = /^(\d+) (.*)/.exec(said) ?? [];
  return { status: Number(status), text };
}

export function siteRow(answer: Answer | Unknown | undefined): Row {
  if (answer === undefined) return { says: 'no pod of gunicorn is ready to be asked', well: false, details: {} };
  if (isUnknown(answer)) return notKnown(answer.unknown);
  const { status, text } = answer;
  const details = { path: PATH, status, text };
  if (status === 404) return { says: `the project has no ${PATH}`, well: null, details };
  const says = `${PATH} answers ${status}${text === '' ? '' : `: ${text}`}`;
  if (status === 200) return { says, well: true, details };
  return {
    says,
    well: false,
    mend: 'the database, or what else that page asks, does not answer: look below, and at the logs of gunicorn',
    details,
  };
}

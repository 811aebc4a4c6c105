/** Which release it is, and of which image. */
import type { Recorded } from '../../release/record';
import { isUnknown, type Unknown } from '../asking';
import type { Pod } from '../objects';
import { minute, notKnown, type Row } from '../row';

export function releaseRow([newest]: readonly Recorded[], environment: string): Row {
  if (!newest) return { says: 'none that is remembered: it was applied by kubectl or Argo CD', well: true, details: {} };
  const { number, status, when, who, of, reason, revision } = newest;
  const details = { number, status, when, who, of, reason, revision };
  const begun = `${number}, ${status}${of === undefined ? '' : `, as ${of}`}, begun ${minute(when)} by ${who}`;
  const [why] = reason?.split('\n') ?? [];
  const again = `npm run release ${environment}`;
  if (status === 'failed') return { says: `${begun}: ${why}`, well: false, mend: `${again}, or npm run rollback ${environment}`, details };
  if (status === 'started') return { says: begun, well: false, mend: `wait; if nobody is at it any more, ${again}`, details };
  return { says: begun, well: true, details };
}

export const releasesRow = (releases: readonly Recorded[] | Unknown, environment: string): Row =>
  isUnknown(releases) ? notKnown(releases.unknown) : releaseRow(releases, environment);

/** Images of the application in pods that serve, beside that of the file. */
export function imageRow(pods: readonly Pod[], wanted: string, environment: string): Row {
  const running = [
    ...new Set(pods.flatMap(({ spec }) => spec.containers.flatMap(({ name, image }) => (name === 'gunicorn' ? [image] : [])))),
  ];
  const other = running.length > 0 && !running.includes(wanted) ? `; environments/${environment}.yaml names ${wanted}` : '';
  return { says: `${running.join(' and ') || 'no pod serves'}${other}`, well: true, details: { running, wanted } };
}

/** What Django would make of a request, and what nginx says of where an answer comes from. */
import type { Front } from './front';
import type { Answering, Seen } from './upstream';

/** A page that tells all that Django was told. */
export const echo: Answering = ({ method, url, all }, response) => response.end(JSON.stringify({ method, url, all }));

/** The value of a cookie: of two of a name the last counts, and of two fields Gunicorn makes one. */
export function cookie({ all }: Seen, name: string): string | undefined {
  const pairs = (all.cookie ?? []).join(',').split(';');
  return pairs
    .map((pair) => pair.split('=').map((part) => part.trim()))
    .filter(([key, value]) => key === name && value !== undefined)
    .at(-1)?.[1];
}

/** As `HIT text`. */
export async function visit(front: Front, path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await front.get(path, { headers: { ...headers } });
  return `${answer.header('X-Cache') ?? '-'} ${answer.text}`;
}

/** Another text each time, `answer 1` first, with these headers. */
export function counting(headers: Readonly<Record<string, string>> = {}, status = 200): Answering {
  let count = 0;
  return (_request, response) => {
    count += 1;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(`answer ${count}`);
  };
}

/** The text after some time. */
export const slowly =
  (milliseconds: number, text = 'slow'): Answering =>
  (_request, response) =>
    void setTimeout(() => response.end(text), milliseconds);

/** One request, to see that a page is what is to be measured. */
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';

export interface Answer {
  readonly status: number;
  /** Of the body, as it comes. */
  readonly bytes: number;
}

// The certificate is signed by itself.
const agent = new Agent({ rejectUnauthorized: false, keepAlive: false });

export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const outgoing = request(url, { agent, headers }).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const part of answer) bytes += (part as Buffer).length;
  return { status: answer.statusCode ?? 0, bytes };
}

/** Bytes to nginx and back, for what no decent client would send. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ConnectOptions, type Site } from './client';

/** What is sent, in turn; a number is a pause in milliseconds. */
export type Script = string | Buffer | readonly (string | Buffer | number)[];

/** How long nginx may take to close the connection: less than it waits for headers or a body where no setting says so. Milliseconds. */
const PATIENCE = 12_000;

export interface Raw {
  /** All that came back. */
  readonly text: string;
  /** Statuses of the answers therein. */
  readonly statuses: number[];
  /** Nginx closed the connection. */
  readonly closed: boolean;
}

export async function raw(site: Site, script: Script, options: ConnectOptions): Promise<Raw> {
  const socket = await connect(site, options);
  const parts: Buffer[] = [];
  let closed = false;
  const over = new Promise<void>((resolve) => {
    const end = () => {
      closed = true;
      resolve();
    };
    socket
      .on('data', (part: Buffer) => parts.push(part))
      .on('end', end)
      .on('error', end);
    setTimeout(resolve, PATIENCE).unref();
  });
  const send = async () => {
    for (const part of typeof script === 'string' || Buffer.isBuffer(script) ? [script] : script) {
      if (closed) return;
      if (typeof part === 'number') await pause(part);
      else if (socket.writable) socket.write(part, 'latin1');
    }
  };
  await Promise.race([over, send().then(() => over)]);
  socket.destroy();
  const text = Buffer.concat(parts).toString('latin1');
  const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
  return { text, statuses, closed };
}

/** Bytes to nginx and back, for what no decent client would send. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ConnectOptions, type Site } from './client';

/** What is sent, in turn; a number is a pause in milliseconds. */
export type Script = string | Buffer | readonly (string | Buffer | number)[];

export interface RawOptions extends ConnectOptions {
  /** How long nginx may take to close the connection. Milliseconds.
   * @default 5000 */
  readonly timeout?: number;
}

export interface Raw {
  /** All that came back. */
  readonly text: string;
  /** Statuses of the answers therein. */
  readonly statuses: number[];
  /** Nginx closed the connection. */
  readonly closed: boolean;
  /** Until then, or until the time was up. */
  readonly seconds: number;
}

export async function raw(site: Site, script: Script, { timeout = 5000, ...options }: RawOptions): Promise<Raw> {
  const socket = await connect(site, options);
  const begin = performance.now();
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
    setTimeout(resolve, timeout).unref();
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
  return { text, statuses, closed, seconds: (performance.now() - begin) / 1000 };
}

/** What is under way by UDP in this network, which is that of one worker alone. */
import { readFileSync } from 'node:fs';

/** Whether a datagram has arrived that nobody has read. */
export const unread = (): boolean =>
  ['udp', 'udp6'].some((kind) => {
    const [, ...sockets] = readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n');
    return sockets.some((line) => !/^(?:\s*\S+){4} [0-9A-F]+:0+ /.test(line));
  });

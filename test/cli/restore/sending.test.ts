import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiving } from '../../../cli/restore/sending';

test('what is sent goes into the pipe, which may come later, and the output stays open until all has come', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sending-'));
  const pipe = join(folder, 'pipe');
  const receiver = spawn('sh', ['-c', receiving(pipe)]);
  const closed = once(receiver, 'close');
  const order: string[] = [];
  receiver.stdout.resume().on('end', () => order.push('its output has ended'));
  execFileSync('mkfifo', [pipe]);
  const received = createReadStream(pipe, 'utf8');
  for (const part of ['first', 'second', 'last']) {
    receiver.stdin.write(part);
    const [text] = (await once(received, 'data')) as [string];
    order.push(text);
  }
  receiver.stdin.end();
  expect(await closed).toEqual([0, null]);
  expect(order).toEqual(['first', 'second', 'last', 'its output has ended']);
  rmSync(folder, { recursive: true });
});

import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { INCOMING } from '../../constructs/restore/job';
import type { Beside } from '../job';
import type { Kubectl } from '../kubectl';
import type { Content } from './content';

/** On the way to a busy node the end of what is sent may overtake all of it, which is lost then: it comes so much later. Milliseconds. */
const LATER = 2000;

async function* endingLater(content: Readable): AsyncGenerator<Buffer> {
  yield* content as AsyncIterable<Buffer>;
  await setTimeout(LATER);
}

/** Sends what there is through the pipe of that container, which waits for it. */
export const sending =
  (kubectl: Kubectl, to: string, content: Content | undefined): Beside =>
  async (pod, container) => {
    if (container !== to || content === undefined) return;
    const receive = `until [ -p ${INCOMING} ]; do sleep 0.2; done; exec cat >${INCOMING}`;
    await kubectl.run(['exec', '--stdin', pod, '--container', container, '--', 'sh', '-c', receive], {
      open: () => Readable.from(endingLater(content.open()), { objectMode: false }),
    });
  };

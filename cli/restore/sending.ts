import { INCOMING } from '../../constructs/restore/job';
import type { Beside } from '../job';
import type { Kubectl } from '../kubectl';
import type { Content } from './content';

/** Sends what there is through the pipe of that container, which waits for it. */
export const sending =
  (kubectl: Kubectl, to: string, content: Content | undefined): Beside =>
  async (pod, container) => {
    if (container !== to || content === undefined) return;
    const receive = `until [ -p ${INCOMING} ]; do sleep 0.2; done; exec cat >${INCOMING}`;
    await kubectl.run(['exec', '--stdin', pod, '--container', container, '--', 'sh', '-c', receive], content);
  };

import { INCOMING } from '../../constructs/restore/job';
import type { Beside } from '../job';
import type { Kubectl } from '../kubectl';
import type { Content } from './content';

/**
 * What writes its input into that pipe, when that is there. Its own output stays open until all has come: containerd ends the input of
 * a command whose output has ended. Source: containerd issue 13934; met with 1.6.20, which let 192 KiB pass.
 */
export const receiving = (pipe: string) => `until [ -p ${pipe} ]; do sleep 0.2; done; exec 3>&1; exec cat >${pipe}`;

/** Sends what there is through the pipe of that container, which waits for it. */
export const sending =
  (kubectl: Kubectl, to: string, content: Content | undefined): Beside =>
  async (pod, container) => {
    if (container !== to || content === undefined) return;
    await kubectl.run(['exec', '--stdin', pod, '--container', container, '--', 'sh', '-c', receiving(INCOMING)], { open: content });
  };

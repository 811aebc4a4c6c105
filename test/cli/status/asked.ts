/** `npm run status` of one environment, with a stand-in for kubectl that answers as it is told. */
import { status as command } from '../../../cli/status/status';
import type { Status } from '../../../cli/status/model';
import { place } from '../../support/place';
import { Answers, well } from './cluster';

export const here = place();
export const answers = new Answers();
beforeEach(async () => {
  here.project();
  await answers.reset();
});
afterAll(() => answers.close());

export async function status(): Promise<{ code: number; said: string }> {
  here.said = [];
  const code = await command('prod', {}, here.root);
  return { code, said: here.said.join('\n') };
}
export async function json(): Promise<Status> {
  here.said = [];
  await command('prod', { json: true }, here.root);
  return JSON.parse(here.said.join('\n')) as Status;
}
export const row = async (name: string) => (await json()).rows[name];
/** Other objects in place of those of the same kind and name. */
export const having = (...others: ReturnType<typeof well>) => {
  const key = (one: (typeof others)[number]) => `${one.kind} ${one.metadata.name}`;
  const names = others.map(key);
  answers.objects([...well().filter((one) => !names.includes(key(one))), ...others]);
};

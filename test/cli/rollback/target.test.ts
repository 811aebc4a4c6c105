import { wayBack } from '../../../cli/rollback/target';
import type { Recorded } from '../../../cli/release/record';

/** Of releases from the first on: how each has ended, or which one it went back to; with a minus where that failed. */
function entries(words: readonly (Recorded['status'] | number)[]): Recorded[] {
  const all = words.map((word, index): Recorded => {
    const number = index + 1;
    const status = typeof word === 'number' ? (word > 0 ? 'deployed' : 'failed') : word;
    return {
      ...{ number, status, image: `shop:${number}`, who: 'ada@desk', objects: [], parts: 1, when: `2026-11-24T00:00:${10 + number}Z` },
      ...(typeof word === 'number' ? { of: Math.abs(word) } : {}),
      ...(status === 'deployed' ? { migrated: `2026-11-24T00:00:${10 + number}Z` } : {}),
    };
  });
  return all.reverse();
}
const back = (words: Parameters<typeof entries>[0], wanted?: number) => wayBack(entries(words), wanted).to.number;

test.each([
  ['the release before', ['deployed', 'deployed'], 1],
  ['from one that has failed, what served', ['deployed', 'deployed', 'failed'], 2],
  ['from one that did not end, what served', ['deployed', 'started'], 1],
  ['not to one that has failed', ['deployed', 'failed', 'deployed'], 1],
  ['a second time, further back', ['deployed', 'deployed', 'deployed', 2], 1],
  ['again where it failed to go', ['deployed', 'deployed', 'deployed', -2], 2],
  ['after a mended release, to what it came after', ['deployed', 'deployed', 'deployed', 1, 'deployed'], 4],
] as const)('goes %s', (_what, words, expected) => {
  expect(back(words)).toBe(expected);
});

test('goes where it is told, also to one that is newer', () => {
  expect(back(['deployed', 'deployed', 'deployed', 1], 3)).toBe(3);
  expect(back(['deployed', 'deployed', 'deployed'], 1)).toBe(1);
});

test.each([
  ['to one that has failed', ['deployed', 'failed', 'deployed'], 2, '--to must be a release that was deployed, got 2'],
  ['to one that there never was', ['deployed', 'deployed'], 7, '--to must be a release that was deployed, got 7'],
  ['to what runs', ['deployed', 'deployed'], 2, '--to 2: is what runs'],
  ['where there is none before', ['failed', 'deployed'], undefined, 'no release before 2 is remembered that was deployed'],
] as const)('cannot go %s, and says what there is', (_what, words, wanted, problem) => {
  expect(() => back(words, wanted)).toThrow(`${problem}; there are:\n#`);
});

test('without a history it says who makes one', () => {
  expect(() => back([])).toThrow('no release is remembered: only what npm run release has made can be gone back to');
});

test('what runs may be older than the newest, whose image has the code of all migrations', () => {
  const { from, newest } = wayBack(entries(['deployed', 'deployed', 'deployed', 2]));
  expect([from.number, newest.number]).toEqual([4, 3]);
});

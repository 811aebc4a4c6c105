import { printer } from '../../../cli/logs/printer';

function printed(coloured: boolean, ...lines: readonly (readonly [string, string])[]): string[] {
  const written: string[] = [];
  const print = printer((line) => written.push(line), coloured);
  for (const [name, text] of lines) print(name, text);
  return written;
}

test('each pod has a colour of its own, whichever of its containers speaks', () => {
  const lines = printed(true, ['a', 'one'], ['b', 'two'], ['a/migrated', 'three']);
  const colours = lines.map((line) => line.slice(0, line.indexOf('m') + 1));
  expect(colours[0]).toMatch(/^\x1b\[\d+m$/);
  expect([colours[0] === colours[2], colours[0] === colours[1]]).toEqual([true, false]);
  expect(lines[1]).toMatch(/^\x1b\[\d+mb \|\x1b\[0m two$/);
});

test('without colours there is nothing but text', () => {
  expect(printed(false, ['a', 'one'], ['longer', 'two'], ['a', 'three'])).toEqual(['a | one', 'longer | two', 'a      | three']);
});

test('more pods than colours share them', () => {
  const names = Array.from({ length: 30 }, (_, index) => [`pod-${index}`, 'line'] as const);
  expect(printed(true, ...names).every((line) => /^\x1b\[[1-9]\d?m/.test(line))).toBe(true);
});

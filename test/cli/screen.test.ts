import { Screen } from '../../cli/screen';

/** What a terminal of that width shows of what is written to it, and all that was written. */
function terminal(columns: number) {
  const state = { rows: [''], written: '' };
  const write = (text: string) => {
    state.written += text;
    for (const [part] of text.matchAll(/\x1b\[(\d+)A|\x1b\[J|\n|[^\x1b\n]+/g)) {
      const [, up] = /\x1b\[(\d+)A/.exec(part) ?? [];
      if (up !== undefined) state.rows.push(...state.rows.splice(-Number(up) - 1, Number(up) + 1));
      if (up !== undefined) cursor = state.rows.length - 1 - Number(up);
      else if (part === '\x1b[J') state.rows = [...state.rows.slice(0, cursor), ''];
      else if (part === '\n') cursor = state.rows.push('') - 1;
      else state.rows.push(`${state.rows.pop() ?? ''}${part}`);
    }
    return true;
  };
  let cursor = 0;
  return { state, output: { isTTY: true, columns, write } };
}

test('on a terminal lines are drawn in place, below those that stay', () => {
  const { state, output } = terminal(80);
  const screen = new Screen(output);
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.say('configured');
  screen.show(['postgres  1 of 1 ready', 'gunicorn  comes']);
  screen.say('migrated');
  expect(state.rows).toEqual(['configured', 'migrated', 'postgres  1 of 1 ready', 'gunicorn  comes', '']);
});

test('a line that is too long for it is cut, as the next could not be drawn over it', () => {
  const { state, output } = terminal(10);
  const screen = new Screen(output);
  screen.say('a line that stays may be long');
  screen.show(['gunicorn  comes']);
  expect(state.rows).toEqual(['a line that stays may be long', 'gunicorn ', '']);
});

test('elsewhere each change is a line of its own, without codes of terminals', () => {
  const said: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  const { state, output } = terminal(10);
  const screen = new Screen({ ...output, isTTY: false });
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.say('configured');
  screen.show(['postgres  comes', 'gunicorn  1 of 1 ready']);
  log.mockRestore();
  expect(said).toEqual(['postgres  comes', 'gunicorn  comes', 'configured', 'gunicorn  1 of 1 ready']);
  expect(state.written).toBe('');
});

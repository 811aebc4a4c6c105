import { columnsOf, inColours, Screen } from '../../cli/screen';
import { terminal } from '../support/terminal';

test('on a terminal lines are drawn in place, below those that stay', () => {
  const at = terminal(80);
  const screen = new Screen(at.output);
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.say('configured');
  screen.show(['postgres  1 of 1 ready', 'gunicorn  comes']);
  screen.say('migrated');
  expect(at.rows).toEqual(['configured', 'migrated', 'postgres  1 of 1 ready', 'gunicorn  comes', '']);
});

/** A reason that fits into three rows of a small terminal, and one that does not. */
const WAITS =
  'gunicorn  0 of 1 ready: waits for the migrations of its image: 16 unapplied: auth.0001_initial, auth.0002_alter_permission_name_max_length, ...';
const UNPULLED = `gunicorn  0 of 1 ready: the image registry.example.com/shop:1 cannot be pulled: ${'rpc error: code = NotFound; '.repeat(9)}`;

describe.each([80, 160])('on a terminal of %i columns', (columns) => {
  test.each([
    ['a reason', WAITS],
    ['a longer one', UNPULLED],
    ['one long word', `gunicorn  ${'a'.repeat(200)}`],
  ])('%s has rows of its own, and is drawn over whole', (_what, line) => {
    const at = terminal(columns);
    const screen = new Screen(at.output);
    screen.say('configured');
    for (const last of ['comes', 'runs', 'done']) {
      screen.show([line, `migrate   ${last}`]);
      screen.say(`said while it ${last}`);
    }
    const [, ...rows] = at.rows;
    expect(rows.slice(0, 3)).toEqual(['said while it comes', 'said while it runs', 'said while it done']);
    expect(rows.slice(-2)).toEqual(['migrate   done', '']);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThan(columns);
    expect(rows.length).toBeLessThanOrEqual(3 + 3 + 2);
  });

  test('all of it is shown, in words, where three rows have room', () => {
    const at = terminal(columns);
    new Screen(at.output).show([WAITS]);
    expect(at.rows.join(' ').replace(/ +/g, ' ').trim()).toBe(WAITS.replace(/ +/g, ' '));
  });

  test('what is left out is seen to be', () => {
    const at = terminal(columns);
    new Screen(at.output).show([`${UNPULLED}${UNPULLED}`, 'b'.repeat(columns)]);
    const cut = at.rows.filter((row) => row.endsWith('…'));
    expect(cut).toHaveLength(2);
    expect(cut[1]).toMatch(/^b+…$/);
  });
});

test('a line that stays is not cut, as commands are copied from it', () => {
  const at = terminal(10);
  new Screen(at.output).say('a line that stays may be long');
  expect(at.written).toBe('a line that stays may be long\n');
});

test('elsewhere each change is a line of its own, whole, without codes of terminals', () => {
  const said: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  const at = terminal(10);
  const screen = new Screen({ ...at.output, isTTY: false });
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.show(['postgres  comes', 'gunicorn  comes']);
  screen.say('configured');
  screen.show(['postgres  comes', WAITS]);
  screen.show(['postgres  comes', WAITS]);
  log.mockRestore();
  expect(said).toEqual(['postgres  comes', 'gunicorn  comes', 'configured', WAITS]);
  expect(at.written).toBe('');
});

test.each([
  [true, 80, 80],
  [true, 0, 120],
  [false, undefined, 120],
])('terminal: %s, columns: %s, lines of %i', (isTTY, columns, expected) => {
  expect(columnsOf({ isTTY, columns } as Parameters<typeof columnsOf>[0])).toBe(expected);
});

test.each([
  [true, undefined, true],
  [true, '', true],
  [true, '1', false],
  [false, undefined, false],
  [undefined, undefined, false],
])('terminal: %s, NO_COLOR: %s, in colours: %s', (isTTY, NO_COLOR, expected) => {
  expect(inColours({ isTTY }, { NO_COLOR })).toBe(expected);
});

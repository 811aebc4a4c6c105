/** The commands of npm that the pages show. */
import { npmRun } from '../../cli/program';
import { restoreProps } from '../../cli/restore/source';
import { secrets } from '../../cli/secrets';
import { block } from '../cluster/support/page';
import { place } from '../support/place';
import { PUBLIC_KEY } from '../support/public-key';
import { config } from '../support/stack';
import { PAGES, read } from './pages';

/** Each with its words, up to a comment, another command, or the end of what is shown. */
const SHOWN = [
  ...new Set(PAGES.flatMap((page) => [...read(page).matchAll(/npm run ([a-z][^\n`#&|;)\]]*)/g)].map(([, words = '']) => words.trim()))),
];
const names = npmRun().commands.map((command) => command.name());
const OWN = SHOWN.filter((words) => names.includes(words.split(' ')[0] ?? ''));

/** What the program says against a command that it is not to run, and the options that it has understood. */
function parsed(words: string): { readonly complaint: string; readonly options: object } {
  const program = npmRun();
  const found: { complaint: string; options: object } = { complaint: '', options: {} };
  for (const command of program.commands) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (line) => (found.complaint += line) })
      .action(() => void Object.assign(found, { options: command.opts() }));
  }
  const [own = '', passedOn = ''] = words.split(' -- ');
  if (own.includes(' -')) found.complaint += `npm keeps the options of "${own}" for itself\n`;
  try {
    program.parse(`${own} ${passedOn}`.trim().split(/ +/), { from: 'user' });
  } catch (error) {
    found.complaint ||= String(error);
  }
  return found;
}

test('every one is a script of the project', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(SHOWN.filter((words) => !((words.split(' ')[0] ?? '') in scripts))).toEqual([]);
});

test.each(OWN)('npm run %s', (words) => {
  expect(parsed(words).complaint).toBe('');
});

const OFFSITE = { offsite: { endpoint: 'https://s3.example.com', bucket: 'backups', publicKey: PUBLIC_KEY } };

test.each(OWN.filter((words) => words.startsWith('restore ') && !words.includes('--file')))(
  'npm run %s has options that go together, and values that they take',
  async (words) => {
    const { source } = await restoreProps(config(OFFSITE), parsed(words).options, new Date());
    expect(source.kind).toBe(words.includes('--undo') ? 'kept' : words.includes('off-site') ? 'copy' : 'backup');
  },
);

test.each(['secrets prod --rotate postgres', 'secrets prod -- --rotate tls', 'restore prod -- --before x', 'restore prod twice'])(
  'a page that showed npm run %s would be noticed',
  (words) => {
    expect(parsed(words).complaint).not.toBe('');
  },
);

describe('the page of rotations shows what the command says to do then', () => {
  const here = place();

  test.each([
    ['postgres', 'ALTER ROLE shop_app_a NOLOGIN'],
    ['postgres-admin', 'awk 1 '],
    ['django', 'sleep 50 &&\nnpm run secrets prod'],
  ] as const)('of %s', async (what, text) => {
    here.project();
    await secrets('prod', here.root);
    await secrets('prod', here.root, what);
    const said = here.said.at(-1)?.split('; then, in this order:\n\n')[1];
    // The page names the first of several files.
    expect(block('how-to/rotate.md', text)).toBe(`${said?.replace(/(\.before) .*/, '$1 …')}\n`);
  });
});

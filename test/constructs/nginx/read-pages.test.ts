/** Files of Nginx's own pages, as they are read. */
import type { SettingError } from '../../../config/problems';
import { LARGEST_MAP } from '../../../constructs/nginx/static-files';
import { readPages } from '../../../constructs/nginx/pages';
import { config } from '../../support/stack';
import { folder, type Files } from '../../support/static-files';

const FILE = 'README.md';
const nginx = { static: { directory: 'test' }, errorPages: { '404': FILE, '50x': FILE }, maintenance: { page: FILE } };
const settings = config({ nginx });
const named = (pages: Record<string, string>) => ({
  ...settings,
  nginx: {
    ...settings.nginx,
    errorPages: { '404': pages['404'], '50x': pages['50x'] },
    maintenance: { allow: [], page: pages.maintenance },
  },
});
const read = (files: Files, pages: Record<string, string>) => readPages(folder(files), named(pages));

function thrown(files: Files, pages: Record<string, string>): SettingError | undefined {
  try {
    read(files, pages);
    return undefined;
  } catch (error) {
    return error as SettingError;
  }
}

test('have the names under which nginx looks for them', () => {
  const files = { 'a.html': 'A', 'b.html': 'Grüße' };
  expect(read(files, { '404': 'a.html', '50x': 'a.html', maintenance: 'b.html' })).toEqual({
    '404.html': 'A',
    '50x.html': 'A',
    'maintenance.html': 'Grüße',
  });
  expect(read(files, {})).toEqual({});
});

test('fails for a page that is not text', () => {
  expect(thrown({ 'a.html': Buffer.from([0x47, 0x72, 0xfc]) }, { '404': 'a.html' })).toMatchObject({
    path: ['nginx', 'errorPages', '404'],
    message: 'must be text in UTF-8, and a.html is not: save it anew',
  });
});

test('fails for pages that no ConfigMap takes, and names the largest', () => {
  const half = 'x'.repeat(LARGEST_MAP / 2);
  expect(thrown({ a: half, b: `${half}yy` }, { '404': 'a', maintenance: 'b' })).toMatchObject({
    path: ['nginx', 'maintenance', 'page'],
    message: expect.stringMatching(
      /^is \S+, and all pages together \S+, above the 240k that a ConfigMap takes: make its images smaller/,
    ) as string,
  });
  expect(thrown({ a: half }, { '404': 'a' })).toBeUndefined();
});

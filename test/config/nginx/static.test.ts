import { stringify } from 'yaml';
import { parseEnvironment } from '../../../config/load';
import { merge } from '../../../constructs/finish';
import { problems, ROOT, SMALLEST } from '../../support/stack';
import { folder } from '../../support/static-files';

const text = (nginx: object) => stringify(merge(SMALLEST, { nginx }));
const said = (settings: object, more: object = {}) =>
  problems(text({ ...more, static: settings })).map((line) => line.replace(/^\S+ /, ''));
const IMAGE = { name: 'registry.example.com/team/static:3', path: '/files' };
const OLD = 'registry.example.com/team/static:2';

test.each([
  { directory: 'test' },
  { directory: 'test', previous: ['docs', 'bench'], maxAge: '365d', url: '/assets/v1/' },
  { image: IMAGE },
  { image: IMAGE, previousImages: [OLD, 'registry.example.com/team/static:1'], size: '512Mi' },
  { claim: 'shop-files' },
])('are taken: %j', (settings) => {
  expect(said(settings)).toEqual([]);
});

test.each([
  [{}, 'nginx.static: needs exactly one of directory, image, claim, got none'],
  [{ directory: 'test', claim: 'a' }, 'nginx.static: needs exactly one of directory, image, claim, got directory and claim'],
  [{ directory: '../test' }, 'nginx.static.directory: must be a relative path without ".."'],
  [{ directory: '/srv/static' }, 'nginx.static.directory: must be a relative path'],
  [{ directory: 'no-such' }, 'nginx.static.directory: must be a folder, and no-such is none: run collectstatic, or name the right one'],
  [{ directory: 'README.md' }, 'nginx.static.directory: must be a folder, and README.md is none'],
  [{ directory: 'test', previous: ['no-such'] }, 'nginx.static.previous[0]: must be a folder, and no-such is none'],
  [
    { directory: 'test', previous: ['docs', 'docs'] },
    'nginx.static.previous[1]: must be of an earlier release, got docs twice: remove it here',
  ],
  [{ directory: 'test', previous: ['test'] }, 'nginx.static.previous[0]: must be of an earlier release, got test twice'],
  [
    { claim: 'a', previous: ['test'] },
    'nginx.static.previous: goes with directory only: take previous with directory, previousImages with image',
  ],
  [{ directory: 'test', previousImages: [OLD] }, 'nginx.static.previousImages: goes with image only: take previous with directory'],
  [{ image: IMAGE, previousImages: [IMAGE.name] }, 'nginx.static.previousImages[0]: must be of an earlier release'],
  [{ image: { name: 'static', path: '/files' } }, 'nginx.static.image.name: must be an image with a tag other than "latest" or a digest'],
  [{ image: { ...IMAGE, path: 'files' } }, 'nginx.static.image.path: must be an absolute path without ".."'],
  [{ image: { ...IMAGE, path: '/' } }, 'nginx.static.image.path: must be an absolute path'],
  [{ image: { ...IMAGE, path: '/files; rm' } }, 'nginx.static.image.path: must be an absolute path'],
  [{ image: IMAGE, size: 0 }, 'nginx.static.size: must be a quantity of bytes above 0'],
  [{ claim: 'A_B' }, 'nginx.static.claim: must be a name of an object'],
  [{ directory: 'test', maxAge: '2y' }, 'nginx.static.maxAge: must be a duration from 1s to 365d'],
  [{ directory: 'test', url: '/static' }, 'nginx.static.url: must be a URL path that begins and ends with "/"'],
  [{ directory: 'test', url: '/a b/' }, 'nginx.static.url: must be a URL path'],
  [{ directory: 'test', url: '/x;}/' }, 'nginx.static.url: must be a URL path'],
  [{ directory: 'test', url: '/$uri/' }, 'nginx.static.url: must be a URL path'],
  [{ directory: 'test', url: '/@pages/' }, 'nginx.static.url: must be a URL path'],
])('are refused, with what to do: %j', (settings, line) => {
  expect(said(settings)).toContainEqual(expect.stringContaining(line));
});

test('fails where files of images leave no room for uploads, and says how much there is', () => {
  const more = { uploadLimit: '400Mi' };
  expect(said({ image: IMAGE, size: '224Mi' }, more)).toEqual([]);
  expect(said({ image: IMAGE, size: '225Mi' }, more)).toEqual([
    'nginx.static.size: must leave 800Mi for two uploads and kept answers in nginx.resources.limits.ephemeral-storage (1Gi), got 225Mi: ' +
      'raise that limit, or set less',
  ]);
});

test('warns of an earlier release of which nothing would be served', () => {
  const root = folder({ 'now/site.css': 'x', 'old/site.css': 'x', 'older/js/site.0123456789ab.js': 'x' });
  const settings = { static: { directory: 'now', previous: ['old', 'older'] } };
  const environment = parseEnvironment(root, 'environments/test.yaml', text(settings), []);
  expect(environment?.warnings).toEqual([expect.stringMatching(/ nginx\.static\.previous\[0\]: gives nothing: no name in old has a hash/)]);
  expect(parseEnvironment(ROOT, 'environments/test.yaml', text({ static: { directory: 'test' } }), [])?.warnings).toEqual([]);
});

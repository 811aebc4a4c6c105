/** Files and folders that settings name, seen from the folder above `environments/`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, SettingPath } from './problems';
import type { Config } from './resolve';
import { HASHED_NAME } from './sections/nginx/static';

interface Named {
  readonly path: SettingPath;
  readonly file: string;
}

const named = (path: SettingPath, file: string | undefined): Named[] => (file === undefined ? [] : [{ path, file }]);

/** HTML files of Nginx's own pages, by the names under which it finds them. */
export function pageFiles({ nginx: { errorPages, maintenance } }: Config): Readonly<Record<string, Named>> {
  const errors = (['404', '413', '429', '50x'] as const).flatMap((name) =>
    named(['nginx', 'errorPages', name], errorPages[name]).map((page) => [`${name}.html`, page] as const),
  );
  const closed = named(['nginx', 'maintenance', 'page'], maintenance?.page).map((page) => ['maintenance.html', page] as const);
  return Object.fromEntries([...errors, ...closed]);
}

const previousFolders = ({ nginx }: Config): Named[] =>
  (nginx.static?.previous ?? []).flatMap((folder, index) => named(['nginx', 'static', 'previous', index], folder));

/** What a setting names and is not there. */
export function missingFiles(root: string, config: Config): Problem[] {
  const stats = (file: string) => (existsSync(join(root, file)) ? statSync(join(root, file)) : undefined);
  const folders = [...named(['nginx', 'static', 'directory'], config.nginx.static?.directory), ...previousFolders(config)];
  return [
    ...folders
      .filter(({ file }) => !stats(file)?.isDirectory())
      .map(({ path, file }) => ({ path, message: `must be a folder, and ${file} is none: run collectstatic, or name the right one` })),
    ...Object.values(pageFiles(config))
      .filter(({ file }) => !stats(file)?.isFile())
      .map(({ path, file }) => ({ path, message: `must be a file, and ${file} is none: write the page, or name the right one` })),
  ];
}

/** Folders of earlier releases from which nothing will be served. */
export function uselessFolders(root: string, config: Config): Problem[] {
  const names = (folder: string) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return previousFolders(config)
    .filter(({ file }) => !names(file).some((name) => HASHED_NAME.test(name)))
    .map(({ path, file }) => ({
      path,
      message: `gives nothing: no name in ${file} has a hash, as ManifestStaticFilesStorage makes them, and only such files outlive their release`,
    }));
}

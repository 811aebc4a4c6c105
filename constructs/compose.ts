/** From environments to the apps that write them. */
import { join } from 'node:path';
import { App, type Chart } from 'cdk8s';
import { ARGOCD_FOLDER, type Environment } from '../config/load';
import { ConfigError, SettingError, type Problem } from '../config/problems';
import { ArgoApplication } from './argocd';
import { Base } from './base';
import { DjangoStack } from './django-stack';
import { readPages } from './nginx/pages';
import { readStaticFiles } from './nginx/static-files';
import { manifests, type Manifest } from './manifests';
import { applyOverrides } from './overrides';

/** Runs `compose`; a setting that turns out impossible on the way becomes a problem. */
function problemsOf(compose: () => readonly Problem[]): readonly Problem[] {
  try {
    return compose();
  } catch (error) {
    if (error instanceof SettingError) return [{ path: error.path, message: error.message }];
    throw error;
  }
}

function composeCharts(app: App, { config }: Environment, root: string): readonly Problem[] {
  const { directory, previous = [] } = config.nginx.static ?? {};
  const from = (folder: string) => join(root, folder);
  const staticFiles = directory === undefined ? undefined : readStaticFiles(from(directory), previous.map(from));
  const pages = readPages(root, config);
  const charts: Chart[] = [new Base(app, 'base', config), new DjangoStack(app, 'stack', { config, staticFiles, pages })];
  return applyOverrides(charts, config.overrides);
}

function composeApplications(environments: readonly Environment[], outdir: string): App[] {
  const followed = environments.flatMap(({ name, config }) => (config.argocd ? [{ name, config, settings: config.argocd }] : []));
  if (followed.length === 0) return [];
  const app = new App({ outdir: join(outdir, ARGOCD_FOLDER) });
  for (const { name, ...props } of followed) new ArgoApplication(app, name, props);
  return [app];
}

/** One environment's app, and what is wrong with it. */
export function composeEnvironment(
  environment: Environment,
  root: string,
  outdir: string,
): { readonly app: App; readonly problems: readonly string[] } {
  const app = new App({ outdir: join(outdir, environment.name) });
  return { app, problems: problemsOf(() => composeCharts(app, environment, root)).map((problem) => environment.say(problem)) };
}

/**
 * Every object of one environment, in the order in which it is written.
 * @throws ConfigError with what only the whole can tell
 */
export function manifestsOf(environment: Environment, root: string): Manifest[] {
  const { app, problems } = composeEnvironment(environment, root, '');
  if (problems.length > 0) throw new ConfigError(problems);
  return manifests(app);
}

/**
 * An app for each environment, and one for Argo CD when an environment has that section; nothing is written yet.
 * @param root folder above `environments/`, from which paths in settings are seen
 * @param outdir folder that gets a folder for each app
 * @throws ConfigError with what only the whole can tell, such as an override that matches no object
 */
export function compose(environments: readonly Environment[], root: string, outdir: string): App[] {
  const composed = environments.map((environment) => composeEnvironment(environment, root, outdir));
  const problems = composed.flatMap((one) => one.problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return [...composed.map(({ app }) => app), ...composeApplications(environments, outdir)];
}

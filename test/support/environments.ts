/** The environments of the project, the smallest, and those of the option matrix, rendered. */
import { loadEnvironments, type Environment } from '../../config/load';
import { composeEnvironment } from '../../constructs/compose';
import { manifests } from '../../constructs/manifests';
import { ROWS } from './matrix';
import { render, Rendered, ROOT } from './stack';

function composed(environment: Environment): [string, Rendered] {
  const { app, problems } = composeEnvironment(environment, ROOT, '');
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return [environment.name, new Rendered(manifests(app))];
}

/** Every environment by name. */
export const ENVIRONMENTS: readonly [string, Rendered][] = [
  ...loadEnvironments(ROOT).map(composed),
  ['smallest', render()],
  ...ROWS.map(({ environment }) => composed(environment)),
];

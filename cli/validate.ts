import { schemaProblems } from '../checks/schema';
import { loadEnvironments } from '../config/load';
import { ConfigError } from '../config/problems';
import { composeEnvironment } from '../constructs/compose';
import { manifests } from '../constructs/manifests';
import { ROOT } from './command';

/**
 * Finds everything that is wrong: with settings, with overrides, and with the objects that come of both.
 * @throws ConfigError with every problem
 */
export function validate(): void {
  const problems = loadEnvironments(ROOT).flatMap((environment) => {
    const composed = composeEnvironment(environment, ROOT, '');
    return [
      ...composed.problems,
      ...manifests(composed.app).flatMap((object) =>
        schemaProblems(object).map((problem) => `environments/${environment.name}.yaml: ${problem}`),
      ),
    ];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

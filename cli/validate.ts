import { schemaProblems } from '../checks/schema';
import { readEnvironments } from '../config/load';
import { ConfigError } from '../config/problems';
import { composeEnvironment } from '../constructs/compose';
import { manifests } from '../constructs/manifests';
import { ROOT } from './command';

/**
 * Finds everything that is wrong: with settings, with overrides, and with the objects that come of both.
 * @throws ConfigError with every problem
 */
export function validate(): void {
  const { environments, problems } = readEnvironments(ROOT);
  const further = environments.flatMap((environment) => {
    const composed = composeEnvironment(environment, ROOT, '');
    const ofObjects = manifests(composed.app).flatMap((object) => schemaProblems(object));
    return [...composed.problems, ...ofObjects.map((problem) => `environments/${environment.name}.yaml: ${problem}`)];
  });
  const all = [...problems, ...further];
  if (all.length > 0) throw new ConfigError(all);
}

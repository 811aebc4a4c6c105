/** Writes `dist/<environment>/` for every file in `environments/`, or says everything that is wrong with them. */
import { loadEnvironments } from './config/load';
import { ConfigError } from './config/problems';
import { compose } from './constructs/compose';

// Where cdk8s.yaml is: `cdk8s synth` runs there.
const root = process.cwd();

try {
  const environments = loadEnvironments(root);
  const apps = compose(environments, root, process.env.CDK8S_OUTDIR ?? 'dist');
  for (const warning of environments.flatMap(({ warnings }) => warnings)) console.error(`warning: ${warning}`);
  for (const app of apps) app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

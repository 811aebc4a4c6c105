/** Shows what the cluster knows of a release when a test of it has failed. */
import { spawnSync } from 'node:child_process';
import { TestEnvironment } from 'jest-environment-node';

const show = (...args) =>
  process.stderr.write(`\n--- kubectl ${args.join(' ')}\n${spawnSync('kubectl', args, { encoding: 'utf8' }).stdout.slice(-8000)}`);

function showNamespace(namespace) {
  const scope = ['--namespace', namespace];
  show(...scope, 'get', 'pods,jobs', '--output=wide');
  show(
    ...scope,
    'get',
    'events',
    '--sort-by=.lastTimestamp',
    '--output=custom-columns=TIME:.lastTimestamp,OBJECT:.involvedObject.name,MESSAGE:.message',
  );
  const pods = spawnSync('kubectl', [...scope, 'get', 'pods', '--output=name'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
  show(...scope, 'describe', 'pods');
  for (const pod of pods) show(...scope, 'logs', pod, '--all-containers', '--prefix', '--tail=15');
}

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.namespaces = new Set();
  }

  handleTestEvent(event) {
    if (event.name !== 'test_fn_failure' && event.name !== 'hook_failure') return;
    this.global.namespaces.forEach(showNamespace);
  }
}

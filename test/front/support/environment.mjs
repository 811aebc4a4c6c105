/** Shows what nginx said during a test that has failed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

const FOLDER = process.env.FRONT_FOLDER ?? '';
const LENGTH = 3000;

function logs() {
  const pods = readdirSync(FOLDER).filter((name) => name.startsWith('pod-'));
  return pods.flatMap((pod) => ['errors', 'output'].map((name) => [name, readFileSync(join(FOLDER, pod, name), 'utf8')]));
}

export default class extends TestEnvironment {
  before = [];

  handleTestEvent({ name }) {
    if (name === 'test_fn_start') this.before = logs();
    if (name !== 'test_fn_failure') return;
    for (const [index, [file, text]] of logs().entries()) {
      const said = text.slice(this.before[index]?.[1].length).slice(-LENGTH);
      if (said) process.stderr.write(`\n--- ${file} of nginx\n${said}`);
    }
  }
}

import { spawnSync } from 'node:child_process';
import { ROOT } from '../support/stack';

const call = (...args: string[]) => spawnSync('npx', ['tsx', 'cli/main.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

test('help names every command', () => {
  const { status, stdout } = call('--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/secrets \[options\] \[environment\][\s\S]*validate/);
});

test.each([
  [['secrets']],
  [['secret', 'prod']],
  [['secrets', 'prod', '--colour']],
  [['secrets', 'no-such']],
  [['secrets', 'prod', '--rotate', 'tls']],
])('a wrong call ends with 2 and says why: %j', (args) => {
  const { status, stderr } = call(...args);
  expect(status).toBe(2);
  expect(stderr.replace(/^npm warn.*$/gm, '').trim()).not.toBe('');
});

test('a right configuration is validated without a word', () => {
  expect(call('validate')).toMatchObject({ status: 0, stdout: '' });
});

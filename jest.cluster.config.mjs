/** @type {import('jest').Config} */
export default {
  rootDir: 'test/cluster',
  testMatch: ['<rootDir>/*.cluster.ts'],
  testEnvironment: '<rootDir>/support/environment.mjs',
  reporters: ['default', '<rootDir>/support/slowest.mjs'],
  maxWorkers: 2,
  testSequencer: '<rootDir>/support/sequencer.mjs',
  testTimeout: 300_000,
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: '<rootDir>/../../tsconfig.json' }] },
};

// What needs the node that the suite starts itself is no part of it on another one.
const kinds = process.env.USE_EXISTING_CLUSTER === 'true' ? ['cluster'] : ['cluster', 'node'];

/** @type {import('jest').Config} */
export default {
  rootDir: 'test/cluster',
  testMatch: kinds.map((kind) => `<rootDir>/*.${kind}.ts`),
  testEnvironment: '<rootDir>/support/environment.mjs',
  reporters: ['default', '<rootDir>/support/slowest.mjs'],
  // They wait more than they work.
  maxWorkers: 3,
  testSequencer: '<rootDir>/support/sequencer.mjs',
  // Ends what hangs: no test is judged by its time, and what it waits for says itself that it has not come.
  testTimeout: 600_000,
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: '<rootDir>/../../tsconfig.json' }] },
};

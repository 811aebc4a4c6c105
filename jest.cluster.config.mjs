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
  testTimeout: 300_000,
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: '<rootDir>/../../tsconfig.json' }] },
};

import { fileURLToPath } from 'node:url';

// What jest starts its workers with.
process.execPath = fileURLToPath(new URL('test/front/support/node', import.meta.url));

/** @type {import('jest').Config} */
export default {
  rootDir: 'test/front',
  testMatch: ['<rootDir>/*.front.ts'],
  testEnvironment: '<rootDir>/support/environment.mjs',
  setupFilesAfterEnv: ['<rootDir>/support/setup.ts'],
  // They wait more than they work.
  maxWorkers: 3,
  testTimeout: 120_000,
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: '<rootDir>/../../tsconfig.json' }] },
};

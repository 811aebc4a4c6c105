/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/lib/'],
  setupFilesAfterEnv: ['<rootDir>/test/support/matchers.ts'],
  maxWorkers: '100%',
  // Ends what hangs: no test is judged by its time, on a busy machine either.
  testTimeout: 120_000,
  // Types are checked by `npm run typecheck`, once for all files.
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] },
};

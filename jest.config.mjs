/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/lib/'],
  // Types are checked by `npm run typecheck`, once for all files.
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] },
};

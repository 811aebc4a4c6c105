/** Prints the ten tests that took longest. */
export default class {
  onRunComplete(_contexts, { testResults }) {
    const tests = testResults.flatMap(({ testResults: results }) => results).sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0));
    console.log('\nSlowest:');
    for (const { duration = 0, fullName } of tests.slice(0, 10)) console.log(`${(duration / 1000).toFixed(1).padStart(7)} s  ${fullName}`);
  }
}

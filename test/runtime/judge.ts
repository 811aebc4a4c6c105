/** `judge.ts MAJOR`: of each name and value of a parameter, what the configuration says against them, or null. JSON in, JSON out. */
import { readFileSync } from 'node:fs';
import { nameProblem, parameter, valueProblem } from '../../config/postgres/parameters';

const major = Number(process.argv[2]);
const pairs = JSON.parse(readFileSync(0, 'utf8')) as readonly (readonly [string, string])[];
const judged = pairs.map(([name, value]) => {
  const known = parameter(name, major);
  return nameProblem(name, major) ?? (known && valueProblem(known, value)) ?? null;
});
console.log(JSON.stringify(judged));

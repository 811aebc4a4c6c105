/** What is wrong with an environment file, read from standard input, a line each. */
import { readFileSync } from 'node:fs';
import { problems } from '../support/stack';

process.stdout.write(problems(readFileSync(0, 'utf8')).join('\n'));

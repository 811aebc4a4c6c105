/** The section of `docs/performance.md`. */
import { machine } from '../../report';
import type { Lines } from '../application';
import { costs, memory, pages } from './figures';
import { goals } from './goals';
import { ingredients } from './ingredients';
import type { Results } from './results';

export interface Context {
  readonly lines: Lines;
  /** Of programs, by their names. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly seconds: number;
  /** Share of the machine that other programs had used just before. Percent. */
  readonly others: number;
}

export function section(results: Results, { lines, versions, rounds, seconds, others }: Context): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `The original's \`nginx.conf\` before \`${lines.original}\`,
against the emitted \`nginx.conf\` before \`${lines.emitted}\`:
the same nginx, example project and PostgreSQL, over TLS and HTTP/1.1. wrk asks on 32 connections with \`Accept-Encoding: gzip\`, as
browsers do. It and all others are plain processes on the same two cores, without a limit of their own; the CPU limits of the emitted
side are 2. Each figure is the median of ${rounds} rounds of ${seconds} s, in which the sides take turns;
just before, other programs used ${others.toFixed(0)} % of the machine.
${programs.join(', ')}. ${machine()}.

${goals(results)}

What each part gives, as factors. Database connections that stay open (\`CONN_MAX_AGE\`) come from the settings of the example project,
which [any project](your-project.md#settingspy) can have, with or without this one. The original says nothing of them, so that it runs with
Django's default, which closes them.

${ingredients(results)}

In absolute figures:

${pages(results)}

${costs(results)}

${memory(results)}

Memory that several processes share counts once, and answers that the front keeps are not in it.`;
}

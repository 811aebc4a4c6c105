// merge.mjs FOLDER/MAJOR...: one table of what FOLDER/MAJOR.json say, a line for each parameter, an entry for each run of majors alike.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What those servers were built without and the official image has. Source: the servers of Debian, 15.18 and 18.6. */
const BUILT_WITH = {
  default_toast_compression: { since: 14, values: ['lz4'] },
  wal_compression: { since: 15, values: ['lz4', 'zstd'] },
  io_method: { since: 18, values: ['io_uring'] },
};

const optional = (key, value) => (value === null ? {} : { [key]: value });

function entry({ name, vartype, unit, min_val, max_val, enumvals, context }, major) {
  if (context === 'internal') return { type: 'internal' };
  const number = (text) => (text === null ? null : Number(text));
  const { since = Infinity, values = [] } = BUILT_WITH[name] ?? {};
  const all = enumvals && [...new Set([...enumvals, ...(major >= since ? values : [])])];
  return {
    type: vartype,
    ...optional('unit', unit),
    ...optional('min', number(min_val)),
    ...optional('max', number(max_val)),
    ...optional('values', all),
  };
}

const table = new Map();
for (const path of process.argv.slice(2)) {
  const major = Number(basename(path));
  for (const row of JSON.parse(readFileSync(`${path}.json`, 'utf8'))) {
    const name = row.name.toLowerCase(); // as postgresql.conf has it; some are shown as DateStyle
    const runs = table.get(name) ?? [];
    const own = entry(row, major);
    const last = runs.at(-1);
    if (last?.majors[1] === major - 1 && JSON.stringify(last.own) === JSON.stringify(own)) last.majors[1] = major;
    else runs.push({ majors: [major, major], own });
    table.set(name, runs);
  }
}
const lines = [...table]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, runs]) => `${JSON.stringify(name)}: ${JSON.stringify(runs.map(({ majors, own }) => ({ majors, ...own })))}`);
console.log(`{\n${lines.join(',\n')}\n}`);

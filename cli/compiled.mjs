/** Runs a file of CommonJS, and keeps what V8 has compiled of it beside it for the next time. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** In the place of those of what the file was before. Without it the next time takes longer, and nothing else. */
function keep(code, path, file) {
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, code);
    renameSync(unfinished, path);
    const others = (name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.v8') && name !== basename(path);
    for (const name of readdirSync(dirname(file)).filter(others)) rmSync(join(dirname(file), name), { force: true });
  } catch {
    rmSync(unfinished, { force: true });
  }
}

export function runCompiled(file) {
  const source = readFileSync(file, 'utf8');
  // V8 itself knows a source by its length alone.
  const path = `${file}.${Math.round(statSync(file).mtimeMs * 1000)}.v8`;
  const cachedData = read(path);
  const script = new Script(Module.wrap(source), { filename: file, cachedData });
  // Functions are compiled when they are called first.
  if (script.cachedDataRejected ?? true) process.once('exit', () => keep(script.createCachedData(), path, file));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

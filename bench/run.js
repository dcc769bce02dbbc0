import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = new URL('.', import.meta.url);
const scripts = readdirSync(here)
  .map((name) => ({ name, path: fileURLToPath(new URL(`${name}/index.js`, here)) }))
  .filter(({ path }) => existsSync(path));

// Names of benchmarks first; what follows is for each of them.
const words = process.argv.slice(2);
const first = words.findIndex((word) => word.startsWith('-'));
const [names, options] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];
const known = scripts.map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`No benchmark ${unknown.join(', ')}. There are ${known.join(', ')}.`);

for (const { name, path } of scripts) {
  if (names.length > 0 && !names.includes(name)) continue;
  const { status } = spawnSync(process.execPath, [path, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('../../docs/BENCHMARKS.md', import.meta.url);

/**
 * Puts the results of one benchmark between its markers in docs/BENCHMARKS.md.
 * @param {string} benchmark
 * @param {string} markdown
 */
export async function writeResults(benchmark, markdown) {
  const [begin, end] = [`<!-- ${benchmark}: begin -->`, `<!-- ${benchmark}: end -->`];
  const text = readFileSync(FILE, 'utf8');
  const [before, rest] = text.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (after === undefined) throw new Error(`docs/BENCHMARKS.md has no place for ${benchmark}.`);
  const options = { ...(await resolveConfig(FILE)), parser: 'markdown' };
  writeFileSync(FILE, await format(`${before}${begin}\n\n${markdown}\n\n${end}${after}`, options));
  console.log('Written to docs/BENCHMARKS.md.');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const FILE = new URL('../docs/BENCHMARKS.md', import.meta.url);
const BEGIN = '<!-- results: begin -->';
const END = '<!-- results: end -->';

/**
 * Puts the results between the markers in docs/BENCHMARKS.md.
 * @param {string} markdown
 */
export async function writeResults(markdown) {
  const text = readFileSync(FILE, 'utf8');
  const [before] = text.split(BEGIN);
  const [, after] = text.split(END);
  const options = { ...(await resolveConfig(FILE)), parser: 'markdown' };
  writeFileSync(FILE, await format(`${before}${BEGIN}\n\n${markdown}\n\n${END}${after}`, options));
}
